// What the vendored script puts beside the page's modules.

declare const maplibregl: any;
