// What the drawing library expects of its surroundings, and one function that draws. Nothing here is random or timed.
var console = { log: function () {}, warn: function (text) { xietongComplaints.push(String(text)); }, error: function (text) { xietongComplaints.push(String(text)); } };
var xietongComplaints = [];
var xietongSeed = 1;
var xietongWidths = {};
var xietongWide = 1;
function setTimeout() { return 0; }
function clearTimeout() {}
Math.random = function () {
  xietongSeed = (xietongSeed * 48271) % 2147483647;
  return xietongSeed / 2147483647;
};

function xietongMeasure(text, font) {
  var match = /([\d.]+)px/.exec(font || "");
  var size = match ? parseFloat(match[1]) : 12;
  var width = 0;
  for (var symbol of String(text)) {
    var own = xietongWidths[symbol];
    width += own === undefined ? xietongWide : own;
  }
  return { width: width * size };
}

function xietongDraw(text, width, height) {
  xietongSeed = 1;
  xietongComplaints = [];
  var option = JSON.parse(text);
  var map = option.$map;
  delete option.$map;
  if (map) echarts.registerMap(map.name, { geoJSON: map.geojson });
  var chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: width, height: height });
  chart.setOption(option);
  var svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return JSON.stringify({ svg: JSON.parse(JSON.stringify(svg)), complaints: xietongComplaints });
}
