// GeoJSON becomes paths: areas to fill, borders and roads to stroke, and which area holds a point.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});

  HalfHour.project = function (map, lon, lat) {
    const point = map.project([lat, lon], HalfHour.BASE_ZOOM);
    if (!HalfHour.origin) HalfHour.origin = point.round();
    return [point.x - HalfHour.origin.x, point.y - HalfHour.origin.y];
  };

  function ringsOf(geometry) {
    if (!geometry) return [];
    if (geometry.type === "Polygon") return geometry.coordinates;
    if (geometry.type === "MultiPolygon") return geometry.coordinates.flat();
    return geometry.type === "GeometryCollection" ? geometry.geometries.flatMap(ringsOf) : [];
  }
  function linesOf(geometry) {
    if (geometry.type === "LineString") return [geometry.coordinates];
    return geometry.type === "MultiLineString" ? geometry.coordinates : [];
  }
  HalfHour.trace = trace;
  function trace(path, points) {
    points.forEach(([x, y], k) => (k ? path.lineTo(x, y) : path.moveTo(x, y)));
  }

  // Many lines, kept in squares, so that only those on the screen are stroked.
  const SQUARE = 256;
  class Lines {
    constructor() { this.squares = new Map(); }
    add(points) {
      if (points.length < 2) return;
      const key = `${Math.floor(points[0][0] / SQUARE)},${Math.floor(points[0][1] / SQUARE)}`;
      if (!this.squares.has(key)) this.squares.set(key, { path: new Path2D(), box: [Infinity, Infinity, -Infinity, -Infinity] });
      const square = this.squares.get(key);
      trace(square.path, points);
      widen(square.box, points);
    }
    *visible([left, top, right, bottom]) {
      for (const { path, box } of this.squares.values()) {
        if (box[0] <= right && box[2] >= left && box[1] <= bottom && box[3] >= top) yield path;
      }
    }
  }
  function widen(box, points) {
    for (const [x, y] of points) {
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
  }

  // One layer of areas: a fill for each, and every shared border once, so that dashes stay dashes.
  HalfHour.areaLayer = function (map, collection) {
    const areas = collection.features.map((feature) => {
      const rings = ringsOf(feature.geometry).map((ring) => ring.map(([lon, lat]) => HalfHour.project(map, lon, lat)));
      const fill = new Path2D();
      rings.forEach((ring) => { trace(fill, ring); fill.closePath(); });
      const label = feature.properties.label;
      return {
        code: feature.properties.code, name: feature.properties.name, rings, fill, box: boxOf(rings),
        label: label ? HalfHour.project(map, label[0], label[1]) : centreOf(rings),
      };
    });
    const spans = areas.map((area) => Math.sqrt((area.box[2] - area.box[0]) * (area.box[3] - area.box[1]))).sort((a, b) => a - b);
    return { areas, borders: bordersOf(areas), typicalSpan: spans[spans.length >> 1] || 0, byCode: new Map(areas.map((a) => [a.code, a])) };
  };

  HalfHour.bordersOf = bordersOf;
  function bordersOf(areas) {
    const lines = new Lines(), seen = new Set();
    const key = (a, b) => { const s = `${a[0].toFixed(2)},${a[1].toFixed(2)}`, t = `${b[0].toFixed(2)},${b[1].toFixed(2)}`; return s < t ? s + t : t + s; };
    for (const area of areas) for (const ring of area.rings) {
      let run = [];
      for (let k = 1; k < ring.length; k++) {
        const edge = key(ring[k - 1], ring[k]);
        if (seen.has(edge)) { lines.add(run); run = []; continue; }
        seen.add(edge);
        if (!run.length) run.push(ring[k - 1]);
        run.push(ring[k]);
      }
      lines.add(run);
    }
    return lines;
  }

  HalfHour.lineLayer = function (map, collection) {
    const byClass = new Map();
    for (const feature of collection.features) {
      const name = feature.properties.class || "";
      if (!byClass.has(name)) byClass.set(name, new Lines());
      linesOf(feature.geometry).forEach((line) => byClass.get(name).add(line.map(([lon, lat]) => HalfHour.project(map, lon, lat))));
    }
    return byClass;
  };

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    rings.forEach((ring) => widen(box, ring));
    return box;
  }
  function centreOf(rings) { const box = boxOf(rings); return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]; }

  HalfHour.holds = function (area, [x, y]) {
    if (x < area.box[0] || x > area.box[2] || y < area.box[1] || y > area.box[3]) return false;
    let inside = false;
    for (const ring of area.rings) for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  };
})();
