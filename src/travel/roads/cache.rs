//! The network as a file that is mapped rather than read: beside the roads where one may write, else among the user's caches.
//! A file of its own because the layout is decided here and nowhere else.
//!
//! The name carries the content hash of the roads and the version of this layout, so a stale cache is simply not found. A
//! file is written beside and renamed, never changed; it carries a checksum and every number in it is checked on opening, so
//! a damaged one is rebuilt rather than believed.

use super::class::WayClass;
use super::columns::{Column, Mapped};
use super::network::{Network, Tally};
use bytemuck::Pod;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use twox_hash::XxHash3_64;

/// Version of layout and rules: raised whenever the same roads give another network.
const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"doorstep";
/// Every column starts at a multiple of this.
const ALIGN: usize = 64;
const COLUMNS: usize = 7;
const HEAD: usize = 256;

/// Where the cache of roads with this hash may stand, the best place first.
pub(super) fn places(roads: &Path, hash: &[u8; 32]) -> Vec<PathBuf> {
    let hex: String = hash[..8].iter().map(|b| format!("{b:02x}")).collect();
    let beside = roads.parent().map(|dir| {
        let name = roads.file_name().unwrap_or_default().to_string_lossy().into_owned();
        dir.join(format!(".{name}.{hex}.v{VERSION}.net"))
    });
    let name = format!("{hex}.v{VERSION}.net");
    let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|h| Path::new(&h).join(".cache")));
    let home = home.or_else(|| std::env::var_os("LOCALAPPDATA").map(PathBuf::from));
    beside.into_iter().chain(home.map(|dir| dir.join("doorstep").join(name))).collect()
}

/// Opens a cache; `None` when there is none or it is not whole.
pub(super) fn open(path: &Path, hash: &[u8; 32]) -> Option<Network> {
    let file = File::open(path).ok()?;
    if file.metadata().ok()?.len() < HEAD as u64 {
        return None;
    }
    let map = Mapped::open(&file).ok()?;
    let bytes = map.bytes();
    let number = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    let head = bytes.get(..HEAD)?;
    if head[..8] != MAGIC
        || number(8)? != u64::from(VERSION)
        || head[16..48] != hash[..]
        || number(48)? != bytes.len() as u64
    {
        return None;
    }
    // A file from a machine with the other byte order reads this as something else.
    if bytemuck::pod_read_unaligned::<u64>(&head[56..64]) != u64::from(VERSION) {
        return None;
    }
    if XxHash3_64::oneshot(&bytes[HEAD..]) != number(64)? {
        return None;
    }
    let column = |i: usize| Some((number(72 + 16 * i)? as usize, number(80 + 16 * i)? as usize));
    fn of<T: Pod>(map: &Mapped, place: (usize, usize)) -> Option<Column<T>> {
        Column::cached(map, place.0..place.0.checked_add(place.1)?)
    }
    let tally: Column<Tally> = of(&map, column(6)?)?;
    let network = Network {
        nodes: of(&map, column(0)?)?,
        edges: of(&map, column(1)?)?,
        shapes: of(&map, column(2)?)?,
        classes: of::<WayClass>(&map, column(3)?)?,
        barriers: of(&map, column(4)?)?,
        restrictions: of(&map, column(5)?)?,
        tally: *tally.first()?,
    };
    network.is_sound().then_some(network)
}

/// Writes a cache; an error is for the caller to shrug at.
pub(super) fn write(path: &Path, hash: &[u8; 32], network: &Network) -> std::io::Result<()> {
    let tally = [network.tally];
    let columns: [&[u8]; COLUMNS] = [
        bytemuck::cast_slice(&network.nodes),
        bytemuck::cast_slice(&network.edges),
        bytemuck::cast_slice(&network.shapes),
        bytemuck::cast_slice(&network.classes),
        bytemuck::cast_slice(&network.barriers),
        bytemuck::cast_slice(&network.restrictions),
        bytemuck::cast_slice(&tally),
    ];
    let (mut head, mut at) = (vec![0u8; HEAD], HEAD);
    for (i, column) in columns.iter().enumerate() {
        head[72 + 16 * i..80 + 16 * i].copy_from_slice(&(at as u64).to_le_bytes());
        head[80 + 16 * i..88 + 16 * i].copy_from_slice(&(column.len() as u64).to_le_bytes());
        at = (at + column.len()).next_multiple_of(ALIGN);
    }
    let mut body = Vec::with_capacity(at - HEAD);
    for column in columns {
        body.extend_from_slice(column);
        body.resize(body.len().next_multiple_of(ALIGN), 0);
    }
    head[..8].copy_from_slice(&MAGIC);
    head[8..16].copy_from_slice(&u64::from(VERSION).to_le_bytes());
    head[16..48].copy_from_slice(hash);
    head[48..56].copy_from_slice(&((HEAD + body.len()) as u64).to_le_bytes());
    head[56..64].copy_from_slice(bytemuck::bytes_of(&u64::from(VERSION)));
    head[64..72].copy_from_slice(&XxHash3_64::oneshot(&body).to_le_bytes());
    let dir = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".doorstep-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as for any new file
    let mut staged = builder.tempfile_in(dir)?;
    staged.write_all(&head)?;
    staged.write_all(&body)?;
    staged.persist(path).map_err(|e| e.error)?;
    Ok(())
}
