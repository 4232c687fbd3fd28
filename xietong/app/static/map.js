"use strict";
// Moves and enlarges the maps of a page: drag, pinch, Ctrl and wheel, buttons, arrows and + - 0 on the keyboard.
// Without it a map is a picture with links.
(() => {
  const zh = document.documentElement.lang.startsWith("zh");
  const said = zh ? { in: "放大", out: "缩小", whole: "全图", help: "方向键移动，+ 与 − 缩放，0 全图" }
    : { in: "Zoom in", out: "Zoom out", whole: "Whole map", help: "Arrows move, + and − zoom, 0 shows the whole map" };
  const MOST = 24, STEP = 1.4;

  for (const figure of document.querySelectorAll("[data-map]")) {
    const svg = figure.querySelector("svg"), ground = svg.querySelector(".ground"), box = svg.viewBox.baseVal;
    const view = { x: 0, y: 0, k: 1 };
    let waiting = false;
    const hands = new Map();
    let moved = 0;

    const draw = () => {
      waiting = false;
      ground.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.k.toFixed(3)})`);
    };
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
    const held = () => {
      const right = box.x + box.width, low = box.y + box.height;
      view.x = Math.min(box.x * (1 - view.k), Math.max(right * (1 - view.k), view.x));
      view.y = Math.min(box.y * (1 - view.k), Math.max(low * (1 - view.k), view.y));
      soon();
    };
    const zoom = (by, x = box.x + box.width / 2, y = box.y + box.height / 2) => {
      const k = Math.min(MOST, Math.max(1, view.k * by));
      view.x = x - (x - view.x) * k / view.k;
      view.y = y - (y - view.y) * k / view.k;
      view.k = k;
      held();
    };
    const pan = (x, y) => { view.x += x; view.y += y; held(); };
    const whole = () => { view.x = view.y = 0; view.k = 1; soon(); };
    const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

    svg.addEventListener("pointerdown", (event) => { hands.set(event.pointerId, at(event)); moved = 0; });
    svg.addEventListener("pointermove", (event) => {
      const before = hands.get(event.pointerId);
      if (!before) return;
      const now = at(event);
      if (hands.size === 2) {
        const other = [...hands].find(([id]) => id !== event.pointerId)[1];
        const spread = (a) => Math.hypot(a.x - other.x, a.y - other.y);
        zoom(spread(now) / (spread(before) || 1), other.x, other.y);
      } else {
        pan(now.x - before.x, now.y - before.y);
      }
      moved += Math.hypot(now.x - before.x, now.y - before.y);
      if (moved > 8 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      hands.set(event.pointerId, now);
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      svg.addEventListener(name, (event) => { if (!svg.hasPointerCapture(event.pointerId) || name !== "pointerleave") hands.delete(event.pointerId); });
    }
    svg.addEventListener("click", (event) => { if (moved > 8) event.preventDefault(); }, true);
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== svg) return;
      event.preventDefault();
      const point = at(event);
      zoom(event.deltaY < 0 ? STEP : 1 / STEP, point.x, point.y);
    }, { passive: false });
    svg.addEventListener("keydown", (event) => {
      const part = box.width / 8;
      const done = { ArrowLeft: () => pan(part, 0), ArrowRight: () => pan(-part, 0), ArrowUp: () => pan(0, part),
        ArrowDown: () => pan(0, -part), "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: whole }[event.key];
      if (!done || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      done();
    });

    const bar = document.createElement("div");
    bar.className = "zoom";
    for (const [sign, name, act] of [["+", said.in, () => zoom(STEP)], ["−", said.out, () => zoom(1 / STEP)], ["⤢", said.whole, whole]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", name);
      button.title = name;
      button.addEventListener("click", act);
      bar.append(button);
    }
    const help = document.createElement("p");
    help.className = "quiet";
    help.textContent = said.help;
    figure.classList.add("moving");
    svg.before(bar);
    figure.append(help);
  }
})();
