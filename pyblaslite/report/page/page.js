// SPDX-License-Identifier: MIT
// Tabs, switches, light and dark, and the plots: drawn when they are first seen, redrawn when the theme changes.
"use strict";

const figures = JSON.parse(document.getElementById("figures").textContent);
const one = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const NARROW = 600; // pixels, below which legends stand under their plots
const DARK = { "#D55E00": "#ff8534", "#555555": "#b0b0b0", "#000000": "#f0f0f0", "#0072B2": "#4aa8e0", "#009E73": "#2cc79b" };
const root = document.documentElement;
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => root.dataset.theme === "dark";
const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();

// A trace in the colours of the theme; its heights relative to the roof if that is asked for.
function themed(trace, roof) {
  const color = (c) => (isDark() && DARK[c]) || c;
  const copy = { ...trace, hoverlabel: { namelength: -1 } };
  if (trace.meta === "roof") copy.line = { color: css("--ink"), width: 1.5, dash: "dash" };
  else {
    if (trace.line) copy.line = { ...trace.line, color: color(trace.line.color) };
    if (trace.type === "bar") copy.marker = { color: trace.marker.color.map(color) };
    else if (trace.marker) copy.marker = { ...trace.marker, color: color(trace.marker.color), line: { color: css("--paper"), width: 0.6 } };
  }
  if (roof) copy.y = trace.y.map((y) => (100 * y) / roof);
  if (roof && copy.hovertemplate) copy.hovertemplate = copy.hovertemplate.replace(/:? ?%{y:.4g} GFLOP\/s,/, ":");
  return copy;
}

function draw(plot) {
  const figure = figures[plot.id];
  const roof = plot.dataset.unit === "percent" && figure.layout.meta ? figure.layout.meta.roof : null;
  const width = plot.clientWidth;
  const title = (text) => ({ text, font: { size: 13 } });
  const line = { gridcolor: css("--line"), linecolor: css("--line"), zeroline: false };
  const layout = {
    height: root.classList.contains("printing") ? 340 : width < NARROW ? 560 : 440,
    ...figure.layout,
    width,
    xaxis: { ...figure.layout.xaxis, ...line, title: title(figure.layout.xaxis.title.text) },
    yaxis: { ...figure.layout.yaxis, ...line, title: title(roof ? "% of the FMA peak" : figure.layout.yaxis.title.text) },
    shapes: (figure.layout.shapes || []).map((shape) => ({ ...shape, line: { color: css("--ink"), width: 1 } })),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: css("--ink"), family: css("--sans"), size: 13 },
    hovermode: "closest",
    margin: { l: width < NARROW ? 48 : 64, r: 12, t: 12, b: 48 },
    legend: width < NARROW ? { orientation: "h", y: -0.2, yanchor: "top" } : {},
  };
  Plotly.react(plot, figure.data.map((trace) => themed(trace, roof)), layout, { displayModeBar: false });
  plot.dataset.drawn = "yes";
}

// Those that are seen; the others when they are.
function drawSeen() {
  if (!window.Plotly) return;
  all(".plot").filter((plot) => plot.offsetParent && !plot.dataset.drawn).forEach(draw);
}

function redraw() {
  all(".plot").forEach((plot) => delete plot.dataset.drawn);
  drawSeen();
}

function setTheme(name) {
  root.dataset.theme = name;
  redraw();
}

function openTab(name) {
  all("[role=tab]").forEach((tab) => tab.setAttribute("aria-selected", tab.dataset.opens === name));
  all("main > section").forEach((section) => (section.hidden = section.id !== name));
  drawSeen();
}

// A group of buttons of which one is pressed: shows the part of that name, or sets the unit of the plots beside it.
function press(button) {
  const group = button.closest(".switch"), section = button.closest("section");
  all("button", group).forEach((other) => other.setAttribute("aria-pressed", other === button));
  if (group.dataset.unit !== undefined) all(".plot", section).forEach((plot) => (plot.dataset.unit = button.value));
  else all(`[data-part=${group.dataset.parts}]`, section).forEach((part) => (part.hidden = part.dataset.name !== button.value));
  redraw();
}

all("[role=tab]").forEach((tab) => tab.addEventListener("click", () => openTab(tab.dataset.opens)));
one("[role=tablist]").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = all("[role=tab]");
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
});
all(".switch button").forEach((button) => button.addEventListener("click", () => press(button)));
one("#theme").addEventListener("click", () => setTheme(isDark() ? "light" : "dark"));
darkSystem.addEventListener("change", () => setTheme(darkSystem.matches ? "dark" : "light"));

let resized;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(redraw, 150);
});

// On paper everything is seen, in black on white.
let before;
function print(starts) {
  before = starts ? root.dataset.theme : before;
  root.classList.toggle("printing", starts);
  setTheme(starts ? "light" : before);
}
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));

root.dataset.theme = darkSystem.matches ? "dark" : "light";
openTab(one("[role=tab]").dataset.opens);

// plotly comes packed.
async function loadPlotly() {
  const packed = await fetch(`data:application/gzip;base64,${one("#plotly").textContent}`);
  const stream = packed.body.pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  drawSeen();
}
loadPlotly();
