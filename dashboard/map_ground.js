// What is painted: the ground of land, roads and borders, and the symbols that stand on it.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});

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
      if (this.picked) this.stroke(pen, view, HalfHour.bordersOf([this.picked]), style.picked);
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
        pen.beginPath(); HalfHour.trace(pen, this.line.points.map(view.at));
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
})();
