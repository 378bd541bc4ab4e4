//! Large layers as vector tiles (Mapbox Vector Tile 2.1) with TileJSON 3.0: what a map draws of a hundred thousand places.
//!
//! A layer is laid out once ([`draw::Ground`]): points in the order of the Z curve, polygons with weighed corners, every
//! distinct value once. A tile is then drawn when it is first asked for, packed, and kept. Its bytes depend on the outcome
//! and the language alone.
//!
//! Nothing is lost at small scales: below the zoom of detail, features of one cell stand together with their number, people
//! and shares; areas too small for a shape are points. The TileJSON says so.

mod answers;
mod areas;
mod draw;
mod grid;
mod packed;
mod table;

use super::desk::Desk;
use super::features::OpenLayer;
use super::problem::Problem;
use super::shelf::Shelf;
use crate::model::Lang;
use axum::Router;
use axum::routing::get;
use draw::Ground;
use grid::Tile;
use packed::Packed;
use std::sync::Arc;

/// Tiles kept; the largest packs to some 150 kB, most to a few.
const TILES: usize = 4096;

/// Places from which on the page asks for tiles, as in `page/api.js`.
const LARGE: usize = 5_000;

/// `/tiles.json` and the tiles.
pub(super) fn paths() -> Router<Desk> {
    Router::new().route("/tiles.json", get(answers::tilejson)).route("/tiles/{layer}/{z}/{x}/{y}", get(answers::tile))
}

/// Layers laid out, and tiles drawn.
#[derive(Debug)]
pub(super) struct Tiles {
    grounds: Shelf<(OpenLayer, Lang), Arc<Ground>>,
    tiles: Shelf<(OpenLayer, Lang, Tile), Option<Packed>>,
}

impl Default for Tiles {
    fn default() -> Self {
        Self { grounds: Shelf::new(64), tiles: Shelf::new(TILES) }
    }
}

impl Tiles {
    /// Lays out the places of a large plan in its own language, before a map asks.
    pub(super) async fn prepare(&self, desk: &Desk) {
        if desk.outcome().folder.places.len() > LARGE {
            // Faults are told to whoever asks.
            let _ = self.ground(desk, OpenLayer::Places, desk.outcome().folder.plan.lang).await;
        }
    }

    async fn ground(&self, desk: &Desk, layer: OpenLayer, lang: Lang) -> Result<Arc<Ground>, Problem> {
        if let Some(known) = self.grounds.known(&(layer, lang)) {
            return known;
        }
        let features = desk.features(layer, lang).await?;
        let desk = desk.clone();
        let lay_out = move || desk.crew().work(|| Ok(Arc::new(Ground::of(&features))));
        self.grounds.take((layer, lang), lay_out).await
    }

    async fn tile(&self, desk: &Desk, layer: OpenLayer, lang: Lang, tile: Tile) -> Result<Option<Packed>, Problem> {
        if let Some(known) = self.tiles.known(&(layer, lang, tile)) {
            return known;
        }
        let ground = self.ground(desk, layer, lang).await?;
        self.tiles.take((layer, lang, tile), move || Ok(ground.tile(tile).map(Packed::new))).await
    }
}
