"use strict";
const by = id => document.getElementById(id);
const PERIOD = 1000, LIMIT = 5000;
// What the chart shows: 0 is the usual span, and the newest moment.
const look = { span: 0, to: 0 };
let shown = { span: 0, begin: 0, end: 0, newest: 0 };

let drawn = "", moved = false;

function fill(body, rows, make) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((row, i) => {
    const line = body.rows[i] || body.insertRow();
    const { cells, state } = make(row);
    if (state !== undefined) line.dataset.state = state;
    cells.forEach((text, j) => {
      const cell = line.cells[j] || line.insertCell();
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}

function show(view) {
  shown = view;
  by("updated").textContent = view.updated;
  by("note").textContent = view.note;
  fill(by("rows"), view.rows, row => row);
  // Under the mouse it stays, or its tooltips would vanish each second.
  if (view.chart !== drawn && (moved || !by("chart").matches(":hover"))) {
    drawn = view.chart;
    moved = false;
    by("chart").innerHTML = view.chart; // the server escaped all texts in it
  }
  fill(by("journal"), view.journal, cells => ({ cells }));
  by("shown").textContent = view.journal_note;
  by("live").setAttribute("aria-pressed", String(look.to === 0 && look.span === 0));
}

let asked = 0;
async function ask() {
  const number = ++asked;
  const query = new URLSearchParams({ span: look.span, to: look.to, filter: by("filter").value });
  by("save").href = "/journal.csv?" + new URLSearchParams({ filter: by("filter").value });
  try {
    const answer = await fetch("/view.json?" + query, { signal: AbortSignal.timeout(LIMIT) });
    if (!answer.ok) throw new Error(answer.status);
    const view = await answer.json();
    if (number === asked) show(view);
    by("lost").hidden = true;
  } catch (e) {
    if (number === asked) by("lost").hidden = false;
  }
}

async function poll() {
  if (!document.hidden) await ask();
  setTimeout(poll, PERIOD);
}

function chart(span, to) {
  look.span = Math.max(5000, Math.round(span));
  look.to = to === 0 || to >= shown.newest ? 0 : Math.round(to);
  moved = true;
  ask();
}
const actions = {
  in: () => chart(shown.span / 2, look.to),
  out: () => chart(shown.span * 2, look.to),
  earlier: () => chart(shown.span, Math.max(shown.begin, shown.end - shown.span / 2)),
  later: () => chart(shown.span, shown.end + shown.span / 2),
  live: () => { look.span = 0; look.to = 0; moved = true; ask(); },
};
const keys = { "+": "in", "=": "in", "-": "out", ArrowLeft: "earlier", ArrowRight: "later", End: "live" };
Object.keys(actions).forEach(id => by(id).addEventListener("click", actions[id]));
by("chart").addEventListener("keydown", event => {
  if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    actions[keys[event.key]]();
  }
});
by("filter").addEventListener("input", ask);
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
poll();
