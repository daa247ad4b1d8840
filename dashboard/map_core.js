// The map itself: sheets of canvas over Leaflet, areas and roads by URL, picking, popups, polling.
//
// The script is the same for everybody and never carries data. Words of people reach the page
// through textContent only.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});
  HalfHour.FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
  const BASE_ZOOM = (HalfHour.BASE_ZOOM = 14); // shapes are projected once, at this zoom, and scaled when painted

  // -- a sheet: one canvas that follows the map -------------------------------------------------

  HalfHour.Sheet = L.Layer.extend({
    initialize(paneName, zIndex) { this._paneName = paneName; this._zIndex = zIndex; },
    onAdd(map) {
      const pane = map.getPane(this._paneName) || map.createPane(this._paneName);
      pane.style.zIndex = this._zIndex;
      pane.style.pointerEvents = "none";
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", pane);
      this._pen = this._canvas.getContext("2d");
      this.repaint();
    },
    onRemove() { L.DomUtil.remove(this._canvas); },
    getEvents() {
      return { moveend: this.repaint, viewreset: this.repaint, resize: this.repaint, zoom: this._follow, zoomanim: this._animate };
    },
    _follow() { this._place(this._map.getCenter(), this._map.getZoom()); },
    _animate(event) { this._place(event.center, event.zoom); },
    // As Leaflet's own renderers do it: shift and scale the old picture until the new one is painted.
    _place(center, zoom) {
      if (!this._at) return;
      const scale = this._map.getZoomScale(zoom, this._at.zoom);
      const viewHalf = this._map.getSize().multiplyBy(0.5 + this._at.padding);
      const centerPoint = this._map.project(this._at.center, zoom);
      const offset = viewHalf.multiplyBy(-scale).add(centerPoint).subtract(this._map._getNewPixelOrigin(center, zoom));
      L.DomUtil.setTransform(this._canvas, offset, scale);
    },
    repaint() {
      const map = this._map;
      if (!map || map._animatingZoom) return;
      const ratio = window.devicePixelRatio || 1, padding = 0.12, size = map.getSize();
      const min = map.containerPointToLayerPoint(size.multiplyBy(-padding)).round();
      const whole = size.multiplyBy(1 + 2 * padding).round();
      this._at = { center: map.getCenter(), zoom: map.getZoom(), padding };
      L.DomUtil.setPosition(this._canvas, min);
      resize(this._canvas, whole, ratio);
      const pen = this._pen;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, this._canvas.width, this._canvas.height);
      const corner = map.getPixelOrigin().add(min), scale = map.getZoomScale(map.getZoom(), BASE_ZOOM);
      const view = {
        scale, ratio, width: whole.x, height: whole.y, zoom: map.getZoom(),
        origin: L.point(HalfHour.origin.x * scale - corner.x, HalfHour.origin.y * scale - corner.y),
      };
      view.box = [-view.origin.x / scale, -view.origin.y / scale, (view.width - view.origin.x) / scale, (view.height - view.origin.y) / scale];
      // From projected shape units to pixels of this canvas.
      view.toShapes = () => pen.setTransform(scale * ratio, 0, 0, scale * ratio, view.origin.x * ratio, view.origin.y * ratio);
      view.toPixels = () => pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      view.at = ([x, y]) => [x * scale + view.origin.x, y * scale + view.origin.y];
      view.toPixels();
      this.paint(pen, view);
    },
  });

  function resize(canvas, whole, ratio) {
    const width = Math.round(whole.x * ratio), height = Math.round(whole.y * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width; canvas.height = height;
      canvas.style.width = `${whole.x}px`; canvas.style.height = `${whole.y}px`;
    }
  }

  // -- shapes: GeoJSON to paths -----------------------------------------------------------------

  HalfHour.project = function (map, lon, lat) {
    const point = map.project([lat, lon], BASE_ZOOM);
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

  // -- the ground: land, roads, half-hour circle, borders ---------------------------------------

  HalfHour.Ground = HalfHour.Sheet.extend({
    initialize(style, size) {
      HalfHour.Sheet.prototype.initialize.call(this, "ground", 200);
      this.style = style; this.size = size; this.layers = {}; this.tint = new Map(); this.picked = null;
    },
    set(name, layer) { this.layers[name] = layer; this.repaint(); },
    shows(name, view) {
      const layer = this.layers[name];
      return layer && layer.typicalSpan * view.scale >= this.style[name].from_px * this.size();
    },
    paint(pen, view) {
      const { townships, villages, grids, cells, roads, half_hour } = this.layers, style = this.style;
      view.toShapes();
      if (townships) this.fillAll(pen, townships, style.land);
      if (villages) villages.areas.forEach((area, k) => { if (k % 2) this.fill(pen, area, style.land_other); });
      if (grids) grids.areas.forEach((area) => { const colour = this.tint.get(area.code); if (colour) this.fill(pen, area, colour); });
      if (half_hour) this.circle(pen, view, half_hour);
      if (roads) this.roads(pen, view, roads);
      if (townships) this.outside(pen, view, townships);
      if (cells && this.shows("cells", view)) this.stroke(pen, view, cells.borders, style.cells);
      if (grids && this.shows("grids", view)) this.stroke(pen, view, grids.borders, style.grids);
      if (villages) this.stroke(pen, view, villages.borders, style.villages);
      if (townships) { this.stroke(pen, view, townships.borders, style.township_glow); this.stroke(pen, view, townships.borders, style.townships); }
      if (this.picked) this.stroke(pen, view, bordersOf([this.picked]), style.picked);
    },
    fill(pen, area, colour) { pen.fillStyle = colour; pen.fill(area.fill, "evenodd"); },
    fillAll(pen, layer, colour) { layer.areas.forEach((area) => this.fill(pen, area, colour)); },
    stroke(pen, view, lines, line) {
      const unit = this.size() / view.scale, wide = line.width > 2.5;
      pen.strokeStyle = line.color; pen.lineWidth = line.width * unit;
      pen.lineJoin = wide ? "round" : "bevel"; pen.lineCap = wide && !line.dash ? "round" : "butt"; // hairlines need no round corners
      pen.setLineDash((line.dash || []).map((length) => length * unit));
      for (const path of lines.visible(view.box)) pen.stroke(path);
      pen.setLineDash([]);
    },
    circle(pen, view, layer) {
      this.fillAll(pen, layer, this.style.half_hour.fill);
      this.stroke(pen, view, layer.borders, this.style.half_hour);
    },
    roads(pen, view, byClass) {
      const growth = Math.min(3, Math.max(0.75, Math.pow(1.5, view.zoom - 13)));
      for (const kind of this.style.roads) {
        if (view.zoom < kind.from_zoom) continue;
        for (const name of kind.classes) {
          const path = byClass.get(name);
          if (!path) continue;
          if (kind.casing && kind.width * growth > 1.7) this.stroke(pen, view, path, { color: kind.casing, width: kind.width * growth + 1.6 });
          this.stroke(pen, view, path, { color: kind.color, width: kind.width * growth, dash: kind.dash });
        }
      }
    },
    outside(pen, view, townships) {
      const veil = new Path2D();
      const [left, top] = [-view.origin.x / view.scale, -view.origin.y / view.scale];
      veil.rect(left, top, view.width / view.scale, view.height / view.scale);
      townships.areas.forEach((area) => veil.addPath(area.fill));
      pen.fillStyle = this.style.veil;
      pen.fill(veil, "evenodd");
    },
  });

  // -- symbols ----------------------------------------------------------------------------------

  // items: [{key, kind, xy, look, radius, order, from_px?}], painted in ascending order.
  HalfHour.Symbols = HalfHour.Sheet.extend({
    initialize(size) { HalfHour.Sheet.prototype.initialize.call(this, "symbols", 420); this.size = size; this.items = []; this.chosen = null; this.line = null; },
    set(items) { this.items = items.slice().sort((a, b) => a.order - b.order); this.repaint(); },
    radius(item) {
      const growth = Math.min(1.7, Math.max(0.8, Math.pow(1.16, this._map.getZoom() - this.homeZoom)));
      return item.radius * growth * this.size();
    },
    paint(pen, view) {
      if (this.line) this.route(pen, view);
      for (const item of this.items) {
        if (!this.visible(item)) continue;
        const [x, y] = view.at(item.xy);
        if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
        if (item.key === this.chosen) ring(pen, x, y, this.radius(item) * 2.1, item.look);
        HalfHour.drawSymbol(pen, x, y, this.radius(item), item.look);
      }
    },
    route(pen, view) {
      for (const [width, color] of this.line.strokes) {
        pen.beginPath(); trace(pen, this.line.points.map(view.at));
        pen.lineWidth = width * this.size(); pen.strokeStyle = color; pen.lineJoin = pen.lineCap = "round"; pen.stroke();
      }
    },
    visible(item) { return !item.from || this._map.getZoom() >= this.homeZoom + item.from; },
    // What names must not cover: everything but volunteers' small dots.
    boxes(view) {
      return this.items.filter((item) => item.radius > 6 && this.visible(item)).map((item) => {
        const [x, y] = view.at(item.xy), r = this.radius(item);
        return [x - r, y - r, x + r, y + r];
      });
    },
    nearest(point) {
      let best = null, bestDistance = 1.5;
      for (const item of this.items) {
        if (!this.visible(item)) continue;
        const at = this._map.latLngToContainerPoint(item.latlng);
        const distance = at.distanceTo(point) / Math.max(9, this.radius(item));
        if (distance < bestDistance || (distance === bestDistance && best && item.order > best.order)) { best = item; bestDistance = distance; }
      }
      return best;
    },
  });

  function ring(pen, x, y, radius, look) {
    pen.beginPath(); pen.arc(x, y, radius, 0, Math.PI * 2);
    pen.lineWidth = 3; pen.strokeStyle = look.fill; pen.stroke();
  }

  // -- one map of ours --------------------------------------------------------------------------

  HalfHour.start = function (map, options) {
    // A wall's figures and marks grow with the screen; a map inside a page keeps to reading size.
    const share = () => Math.min(window.innerWidth / 1920, window.innerHeight / 1080);
    const size = () => (options.theme === "dark" && window.innerWidth > 900 ? Math.max(0.66, Math.min(3, share())) : 1);
    const symbolSize = () => (window.innerWidth < 700 ? 0.72 : Math.max(0.85, size()));
    document.documentElement.lang = "zh-CN";
    document.documentElement.dataset.theme = options.theme;
    document.documentElement.style.setProperty("--u", `${size()}px`);
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    map.options.zoomSnap = 0.25; map.options.zoomDelta = 0.5; map.options.wheelPxPerZoomLevel = 120;
    const world = { map, options, size, symbolSize, data: new Map(), listeners: [], problem: null };
    world.ready = loadGround(world);
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--u", `${size()}px`);
      map.invalidateSize({ animate: false });
      if (world.home && !world.moved) world.goHome();
    }).observe(map.getContainer());
    map.on("dragstart zoomstart", (event) => { if (world.home && !world.going) world.moved = true; });
    map.on("mousemove", L.Util.throttle((event) => {
      const hit = world.symbols && world.symbols.nearest(event.containerPoint);
      map.getContainer().style.cursor = hit ? "pointer" : options.cursor || "";
    }, 60));
    map.on("click", (event) => { if (world.symbols) pick(world, event); });
    world.goHome = () => {
      world.going = true;
      map.fitBounds(world.home, { ...options.padding(), animate: false });
      if (world.symbols) world.symbols.homeZoom = map.getZoom();
      world.going = false;
    };
    window.halfhour = world;
    return world;
  };

  async function loadGround(world) {
    const { map, options } = world;
    const townships = await HalfHour.fetchJson(options.urls.townships);
    world.townshipName = townships.features.map((f) => f.properties.name).join(" ");
    world.home = L.geoJSON(townships).getBounds();
    const centre = world.home.getCenter();
    HalfHour.project(map, centre.lng, centre.lat);
    world.goHome();
    world.ground = new HalfHour.Ground(options.style, world.symbolSize).addTo(map);
    world.symbols = new HalfHour.Symbols(world.symbolSize);
    world.symbols.homeZoom = map.getZoom();
    world.symbols.addTo(map);
    world.labels = new HalfHour.Labels(world).addTo(map);
    await HalfHour.loadLayers(world);
    document.documentElement.dataset.painted = "yes";
  }

  HalfHour.loadLayers = async function (world) {
    const areas = ["townships", "villages", "grids", "cells", "half_hour"];
    await Promise.all([...areas.map((name) => add(world, name, HalfHour.areaLayer)), add(world, "roads", HalfHour.lineLayer)]);
    shortenNames(world.ground.layers);
    world.labels.repaint();
  };

  // Inside a village its name need not stand in front of every grid and cell.
  function shortenNames({ villages, grids, cells }) {
    const names = villages ? villages.areas.map((area) => area.name).sort((a, b) => b.length - a.length) : [];
    for (const layer of [grids, cells]) for (const area of layer ? layer.areas : []) {
      const prefix = names.find((name) => area.name.startsWith(name) && area.name.length > name.length);
      area.short = prefix ? area.name.slice(prefix.length) : area.name;
    }
  }

  async function add(world, name, build) {
    if (!world.options.urls[name]) return;
    try {
      world.ground.set(name, build(world.map, await HalfHour.fetchJson(world.options.urls[name])));
    } catch (error) {
      if (!error.status) throw error; // a layer that is not imported is left out; a bug is not hidden
    }
  }

  HalfHour.fetchJson = async function (url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw Object.assign(new Error(`${url}: ${answer.status}`), { status: answer.status });
    return answer.json();
  };

  // -- picking ----------------------------------------------------------------------------------

  function pick(world, event) {
    const item = world.symbols.nearest(event.containerPoint);
    if (item) return HalfHour.choose(world, item.key);
    if (world.onGround) return world.onGround(event);
    const area = HalfHour.areaAt(world, event.latlng);
    world.ground.picked = area ? area.area : null;
    world.ground.repaint();
    HalfHour.choose(world, null);
    if (area) HalfHour.popup(world, event.latlng, world.describeArea(area));
  }

  HalfHour.areaAt = function (world, latlng) {
    const xy = HalfHour.project(world.map, latlng.lng, latlng.lat), found = { names: [] };
    for (const level of ["townships", "villages", "grids", "cells"]) {
      const layer = world.ground.layers[level];
      if (!layer || (level === "cells" && !world.ground.shows("cells", { scale: world.map.getZoomScale(world.map.getZoom(), BASE_ZOOM) }))) continue;
      const area = layer.areas.find((candidate) => HalfHour.holds(candidate, xy));
      if (area) { found.area = area; found.level = level; found.names.push(area.name); }
    }
    return found.area ? found : null;
  };

  HalfHour.choose = function (world, key) {
    world.symbols.chosen = key;
    world.symbols.repaint();
    const item = key && world.symbols.items.find((candidate) => candidate.key === key);
    if (!item) { world.map.closePopup(); return; }
    world.ground.picked = null;
    HalfHour.popup(world, item.latlng, item.describe(), key);
  };

  // rows: [{text, class}]; always textContent.
  HalfHour.popup = function (world, latlng, rows, key) {
    const box = HalfHour.element("div", "card");
    rows.filter((row) => row && row.text).forEach((row) => box.append(HalfHour.element("div", row.class || "card-line", row.text)));
    if (world.popup && world.popup.isOpen() && key && world.popup.key === key) {
      world.popup.setLatLng(latlng).setContent(box);
      return;
    }
    world.popup = L.popup({ maxWidth: 340 * world.size(), autoPanPadding: [24, 24], closeButton: false }).setLatLng(latlng).setContent(box).openOn(world.map);
    world.popup.key = key;
    world.popup.on("remove", () => { if (world.symbols.chosen === key) { world.symbols.chosen = null; world.ground.picked = null; world.symbols.repaint(); world.ground.repaint(); } });
  };

  // After new data: the open card follows its item, and goes when the item has gone.
  HalfHour.refreshPopup = function (world) {
    const key = world.popup && world.popup.isOpen() && world.popup.key;
    if (!key) return;
    const item = world.symbols.items.find((candidate) => candidate.key === key);
    if (item) HalfHour.popup(world, item.latlng, item.describe(), key);
    else world.map.closePopup();
  };

  HalfHour.element = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };

  HalfHour.icon = function (strokes) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24"); svg.setAttribute("aria-hidden", "true"); svg.setAttribute("class", "icon");
    path.setAttribute("d", strokes);
    svg.append(path);
    return svg;
  };

  // -- polling ----------------------------------------------------------------------------------

  // Calls `fresh(data)` only when something changed, `alive()` at every good answer, and
  // `problem({status, sentence})` when the server or its database is away.
  HalfHour.poll = function (url, every_ms, { fresh, alive, problem }) {
    let tag = null, waiting = false;
    async function ask() {
      if (waiting) return;
      waiting = true;
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 8000);
      try {
        const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: stop.signal, headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 200) {
          const data = await answer.json();
          tag = answer.headers.get("ETag");
          fresh(data); alive();
        } else if (answer.status === 304) alive();
        else problem({ status: answer.status, sentence: ((await answer.json().catch(() => ({}))) || {}).sentence });
      } catch (error) {
        if (error instanceof TypeError || error.name === "AbortError") problem({ status: 0 });
        else throw error;
      } finally { clearTimeout(timer); waiting = false; }
    }
    ask();
    return setInterval(ask, every_ms);
  };
})();
