// A sheet: one canvas that follows the map while it is panned and zoomed.
//
// Painted anew when the map has come to rest or something changed; in between the old picture is
// shifted and scaled, as Leaflet's own renderers do.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});
  HalfHour.FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
  HalfHour.BASE_ZOOM = 14; // shapes are projected once, at this zoom, and scaled when painted

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
      const corner = map.getPixelOrigin().add(min), scale = map.getZoomScale(map.getZoom(), HalfHour.BASE_ZOOM);
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
})();
