"use strict";
// Sorts and searches the table. It reads all rows once; a key stroke then only hides and shows rows.
{
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const headers = [...table.tHead.rows[0].cells];
  const find = document.getElementById("find");
  const standing = document.getElementById("standing");
  const found = document.getElementById("found");
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const rows = [...body.rows].map((row) => ({
    row,
    text: folded(row.cells[0].textContent + " " + row.dataset.find),
    standing: row.dataset.standing,
    values: [...row.cells].map((cell) => valueOf(cell)),
  }));
  const state = { q: "", show: "", by: -1, down: false };

  function valueOf(cell) {
    if (cell.dataset.v === undefined) return cell.textContent.trim();
    if (cell.dataset.v === "") return null;
    const number = Number(cell.dataset.v);
    return Number.isNaN(number) ? cell.dataset.v : number;
  }

  // Missing values come last in either direction.
  function compared(one, other) {
    if (one === null || other === null) return (one === null) - (other === null);
    const order = typeof one === "number" ? one - other : collator.compare(one, other);
    return state.down ? -order : order;
  }

  function sort() {
    headers.forEach((header, place) => {
      const direction = state.down ? "descending" : "ascending";
      header.setAttribute("aria-sort", place === state.by ? direction : "none");
    });
    if (state.by < 0) return;
    const sorted = rows.slice().sort((a, b) => compared(a.values[state.by], b.values[state.by]));
    body.append(...sorted.map((one) => one.row));
  }

  function filter() {
    const words = folded(state.q).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of rows) {
      const fits = (!state.show || one.standing === state.show) && words.every((word) => one.text.includes(word));
      if (one.row.hidden === fits) one.row.hidden = !fits;
      count += fits;
    }
    found.textContent = count === rows.length ? `${count} hand-ins` : `${count} of ${rows.length} hand-ins`;
  }

  function remember() {
    const kept = new URLSearchParams();
    if (state.q) kept.set("q", state.q);
    if (state.show) kept.set("show", state.show);
    if (state.by >= 0) kept.set("sort", (state.down ? "-" : "") + state.by);
    const hash = kept.toString();
    if (hash || location.hash.includes("=")) history.replaceState(null, "", "#" + (hash || "everybody"));
  }

  function recall() {
    if (!location.hash.includes("=")) return;
    const kept = new URLSearchParams(location.hash.slice(1));
    const sorted = kept.get("sort") || "";
    state.q = find.value = kept.get("q") || "";
    standing.value = kept.get("show") || "";
    state.show = standing.value;
    if (/^-?\d{1,3}$/.test(sorted) && Math.abs(Number(sorted)) < headers.length) {
      state.by = Math.abs(Number(sorted));
      state.down = sorted.startsWith("-");
    }
    document.getElementById("everybody").scrollIntoView();
  }

  let waiting = 0;
  function changed() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => { filter(); remember(); });
  }

  headers.forEach((header, place) => header.querySelector("button").addEventListener("click", () => {
    const numeric = header.classList.contains("numeric") || header.classList.contains("late");
    state.down = place === state.by ? !state.down : numeric;
    state.by = place;
    sort();
    remember();
  }));
  find.addEventListener("input", () => { state.q = find.value; changed(); });
  standing.addEventListener("change", () => { state.show = standing.value; changed(); });
  find.form.addEventListener("submit", (event) => event.preventDefault());
  find.form.hidden = false;
  recall();
  sort();
  filter();
}
