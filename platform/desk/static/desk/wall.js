/* 态势: numbers that change in place, two charts, pause, and looking back. Heard from `huiyin:figures`,
   `huiyin:alert` and `huiyin:acknowledged`; where nothing pushes, the tiles are asked for every half minute. */
(function () {
  "use strict";
  var wall = document.getElementById("wall");
  if (!wall) return;
  var past = wall.hasAttribute("data-past");
  var paused = false, asking = false, again = false, charts = {};
  var still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function css(name) { return getComputedStyle(document.body).getPropertyValue(name).trim(); }
  function data(id) {
    var found = document.getElementById(id);
    return found ? JSON.parse(found.textContent) : null;
  }

  /* charts ------------------------------------------------------------------------------------------------------ */
  function font() {
    return { fontFamily: css("--sans"), fontSize: document.body.classList.contains("wall") && innerWidth > 1500 ? 18 : 14, color: css("--ink-2") };
  }
  function chart(id) {
    var place = document.getElementById(id);
    if (!place || !window.echarts) return null;
    if (charts[id] && charts[id].getDom() !== place) { charts[id].dispose(); delete charts[id]; }
    if (!charts[id]) {
      charts[id] = window.echarts.init(place);
      // A place leads down to it, a field to its list; by keyboard the table beneath does.
      charts[id].on("click", function (at) { if (at.data && at.data.url) location.assign(at.data.url); });
    }
    return charts[id];
  }
  function drawTree() {
    var places = data("tree-data"), to = places && chart("tree");
    if (!to) return;
    var type = font(), low = css("--i-low"), high = css("--i-high");
    function coloured(one) { return { color: css("--h" + one.heat), borderColor: css("--surface") }; }
    function ink(one) { return one.heat > 3 ? high : low; }
    to.setOption({
      animation: !still, textStyle: type,
      tooltip: { renderMode: "richText", formatter: function (of) { return of.name + " " + of.value; } },
      series: [{
        type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, left: 8, right: 8, top: 0, bottom: 8,
        label: { fontFamily: type.fontFamily, fontSize: type.fontSize, overflow: "truncate", padding: 2 },
        upperLabel: { show: true, height: type.fontSize + 12, fontSize: type.fontSize, fontWeight: 600, color: css("--ink"), backgroundColor: "transparent" },
        levels: [
          { itemStyle: { gapWidth: 4, borderWidth: 0, borderColor: css("--surface") }, upperLabel: { show: false } },
          { itemStyle: { gapWidth: 1, borderWidth: 3, borderColor: css("--surface") } }
        ],
        data: places.map(function (place) {
          return {
            name: place.name + " " + place.value, value: place.value, url: place.url, itemStyle: { color: css("--h" + place.heat), borderColor: css("--surface") },
            children: place.children.map(function (one) {
              return { name: one.name, value: one.value, url: one.url, label: { color: ink(one) }, itemStyle: coloured(one) };
            })
          };
        })
      }]
    }, true);
  }
  function drawFlow() {
    var days = data("flow-data"), to = days && chart("flow");
    if (!to) return;
    var type = font(), shades = document.body.classList.contains("wall") ? ["#2c7d8f", "#62aebd", "#a8d6de", "#e3f1f3", "#4a5d66"] : css("--series").split(" ");
    to.setOption({
      animation: !still, textStyle: type, color: shades, grid: { left: 48, right: 14, top: 36, bottom: 28 },
      tooltip: { trigger: "axis", renderMode: "richText" },
      legend: { top: 0, right: 10, itemGap: 14, itemWidth: 14, itemHeight: 12, textStyle: type },
      xAxis: { type: "category", data: days.days, axisLabel: Object.assign({ interval: innerWidth < 900 ? 3 : 1 }, type), axisTick: { show: false }, axisLine: { lineStyle: { color: css("--line-2") } } },
      yAxis: { type: "value", minInterval: 1, splitNumber: 3, axisLabel: type, splitLine: { lineStyle: { color: css("--line") } } },
      series: days.series.map(function (one) {
        return { name: one.name, type: "bar", stack: "in", barWidth: "58%", data: one.data, itemStyle: { borderColor: css("--surface"), borderWidth: 0.5 } };
      }).concat([{ name: days.closed.name, type: "line", symbol: "diamond", symbolSize: 8, data: days.closed.data, color: css("--ink"), lineStyle: { width: 2 } }])
    }, true);
  }
  function draw() { drawTree(); drawFlow(); }

  /* updates in place -------------------------------------------------------------------------------------------- */
  function numbers(root) {
    var found = {};
    root.querySelectorAll("[data-n]").forEach(function (one) { found[one.getAttribute("data-n")] = one; });
    return found;
  }
  function tint(one) {
    one.classList.remove("changed");
    void one.offsetWidth;
    one.classList.add("changed");
  }
  function take(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("tiles");
    var shown = document.getElementById("tiles");
    if (!fresh || !shown) return;
    var before = numbers(shown), after = numbers(fresh), names = Object.keys(after);
    if (Object.keys(before).join() !== names.join()) {
      // Other places, or another order: the whole, with what changed tinted.
      var words = {};
      Object.keys(before).forEach(function (name) { words[name] = before[name].textContent; });
      shown.replaceWith(document.adoptNode(fresh));
      names.forEach(function (name) { if (words[name] !== after[name].textContent) tint(after[name]); });
    } else {
      names.forEach(function (name) {
        var to = before[name], from = after[name];
        if (to.textContent !== from.textContent) { to.innerHTML = from.innerHTML; tint(to); }
        if (to.href !== from.href) to.href = from.href;
        if (to.dataset.heat !== from.dataset.heat) {
          if (from.dataset.heat === undefined) delete to.dataset.heat; else to.dataset.heat = from.dataset.heat;
        }
      });
      ["feed", "tree-data", "flow-data"].forEach(function (id) { swap(shown, fresh, "#" + id); });
      [".pairs", ".oldest"].forEach(function (name) { swap(shown, fresh, name); });
    }
    if (window.htmx) window.htmx.process(document.getElementById("tiles"));
    draw();
  }
  function swap(shown, fresh, selector) {
    var old = shown.querySelector(selector), made = fresh.querySelector(selector);
    if (!old || !made || old.outerHTML === made.outerHTML || old.contains(document.activeElement)) return;
    old.replaceWith(document.adoptNode(made));
  }
  function ask() {
    if (past || paused || document.hidden) return;
    if (asking) { again = true; return; }
    asking = true;
    fetch(wall.dataset.tiles, { credentials: "same-origin", headers: { "HX-Request": "true" } })
      .then(function (answer) { return answer.ok ? answer.text() : null; })
      .then(function (text) { if (text && !paused) take(text); })
      .catch(function () { return null; })
      .then(function () {
        asking = false;
        if (again) { again = false; setTimeout(ask, 1000); }
      });
  }
  document.addEventListener("huiyin:figures", ask);
  document.addEventListener("huiyin:alert", ask);
  document.addEventListener("huiyin:acknowledged", ask);
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 30000);

  /* pause, look back, the hour ----------------------------------------------------------------------------------- */
  var button = document.querySelector("[data-pause]");
  if (button) {
    button.addEventListener("click", function () {
      paused = !paused;
      button.setAttribute("aria-pressed", String(paused));
      button.textContent = paused ? wall.dataset.goText : wall.dataset.pauseText;
      wall.classList.toggle("paused", paused);
      ask();
    });
  }
  var rewind = document.querySelector("[data-rewind]");
  if (rewind) {
    var slider = rewind.querySelector("input[type=range]"), output = rewind.querySelector("output");
    var first = new Date(rewind.dataset.first + "T00:00:00Z"), chosen = rewind.querySelector("[name=day]");
    var dayAt = function (value) { return new Date(first.getTime() + value * 86400000).toISOString().slice(0, 10); };
    var show = function () {
      if (+slider.value >= +slider.max) { chosen.disabled = true; } else { chosen.disabled = false; chosen.value = dayAt(+slider.value); }
      rewind.submit();
    };
    if (chosen.value) slider.value = Math.round((new Date(chosen.value + "T00:00:00Z") - first) / 86400000);
    slider.addEventListener("input", function () { output.textContent = dayAt(+slider.value); });
    slider.addEventListener("change", show);
    document.addEventListener("keydown", function (event) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, select, textarea, [contenteditable]")) return;
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      slider.value = +slider.value + (event.key === "ArrowLeft" ? -1 : 1);
      event.preventDefault();
      show();
    });
  }
  var clock = document.querySelector(".wall-bar [data-now]");
  if (clock) {
    var shift = new Date(clock.getAttribute("datetime")).getTime() - Date.now();
    var words = clock.textContent.slice(0, -5);
    setInterval(function () {
      var there = new Date(Date.now() + shift + 8 * 3600000);
      clock.textContent = words + there.toISOString().slice(11, 19);
    }, 1000);
  }
  addEventListener("resize", function () { Object.keys(charts).forEach(function (id) { charts[id].resize(); }); });
  if (document.readyState === "complete") draw(); else addEventListener("load", draw);
})();
