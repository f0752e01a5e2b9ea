"use strict";
// Keys, the sum of the rubric lines, comments used before, and the lines of a run. Everything else works without a script.
{
  const one = (selector) => document.querySelector(selector);
  const form = one("#points-form");
  const AT_EARLIEST = 300; // milliseconds after a page begins to load
  const digitOf = (event) => Number(/^Digit([1-9])$/.exec(event.code)?.[1] ?? 0); // with Shift its key is a sign
  const keys = one("#keys");

  function showSum() {
    const sum = one("#sum");
    const lines = form ? [...form.querySelectorAll("[data-points]")] : [];
    if (!sum || !lines.length) return;
    const most = Number(form.dataset.most);
    const values = lines.map((line) => Number(line.dataset.points));
    const start = values.every((value) => value <= 0) ? most : 0;
    const total = start + lines.reduce((all, line, place) => all + (line.checked ? values[place] : 0), 0);
    const within = Math.round(Math.min(Math.max(total, 0), most) * 100) / 100;
    sum.textContent = one("#points").value.trim() ? "" : `= ${within} from the lines`;
  }

  // Full points or none, and on. In the first moments of a page the key was meant for the one before.
  function giveAll(full, event) {
    if (!form || event.timeStamp < AT_EARLIEST) return;
    const lines = [...form.querySelectorAll("[data-points]")];
    const values = lines.map((line) => Number(line.dataset.points));
    const most = Number(form.dataset.most);
    const start = values.length && values.every((value) => value <= 0) ? most : 0;
    const added = values.reduce((all, value) => all + Math.max(value, 0), start);
    const said = full && lines.length && Math.abs(added - most) < 1e-6; // then the lines tell the student why
    lines.forEach((line, place) => { line.checked = said && values[place] > 0; });
    one("#points").value = said ? "" : full ? String(most) : "0";
    submit(form);
  }

  function giveLine(digit, event) {
    const line = one(`[data-key="${digit}"]`);
    if (line && !event.shiftKey) return line.click();
    if (line) { line.checked = true; return submit(form); }
    const field = one("#points");
    if (line || !field || one("[data-key]")) return;
    field.value = digit; // an item without lines: the digits are its points
    field.focus();
  }

  const follow = (selector) => one(selector)?.click();
  const focus = (selector) => { const field = one(selector); field?.focus(); field?.select?.(); return Boolean(field); };
  let leaving = false; // a second key before the next page would decide twice
  const submit = (found) => { if (!leaving) found?.requestSubmit(); };
  document.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  const actions = {
    n: () => follow("a[rel=next]"),
    p: () => follow("a[rel=prev]"),
    c: () => focus("#comment"),
    0: () => focus("#points"),
    f: (event) => giveAll(true, event),
    z: (event) => giveAll(false, event),
    k: () => submit(one("#carry-form")),
    s: () => submit(form),
    u: () => submit(one("#undo-form")),
    "/": () => focus("#find") || follow("nav a[href='/']"),
    "?": () => keys.showModal(),
  };
  for (let digit = 1; digit <= 9; digit += 1) actions[digit] = (event) => giveLine(digit, event);

  document.addEventListener("keydown", (event) => {
    if (event.repeat && (actions[event.key] || event.ctrlKey || event.metaKey) && !event.target.matches("input, textarea")) return; // held down
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    const filled = event.target.form ?? form; // after a rubric line's digit no field has the focus
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && filled) {
      event.preventDefault();
      if (!event.repeat) submit(filled);
    } else if (event.key === "Escape" && typing) {
      event.target.blur();
    } else if (!typing && !keys.open && !event.ctrlKey && !event.metaKey && !event.altKey && actions[event.key]) {
      event.preventDefault();
      actions[event.key](event);
    } else if (!typing && !keys.open && !event.repeat && event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && digitOf(event)) {
      event.preventDefault();
      giveLine(digitOf(event), event);
    }
  });
  one("#full")?.addEventListener("click", (event) => { event.preventDefault(); giveAll(true, event); });
  one("#zero")?.addEventListener("click", (event) => { event.preventDefault(); giveAll(false, event); });
  for (const button of document.querySelectorAll("#full, #zero")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const text = event.target.closest("[data-comment]")?.dataset.comment;
    const field = one("#points-form #comment");
    if (text !== undefined && field) {
      field.value = field.value.trim() ? `${field.value.trim()}\n${text}` : text;
      field.focus();
    }
  });
  one("#help-link")?.addEventListener("click", (event) => { event.preventDefault(); keys.showModal(); });
  if (one("#live[data-running]")) watchRun();

  function watchRun() {
    const events = new EventSource("/run/events");
    const lines = one("#run-lines");
    const say = (selector, text) => { const place = one(selector); if (place && place.textContent !== text) place.textContent = text; };
    if (lines) lines.textContent = "";
    events.addEventListener("message", (event) => { if (lines) lines.textContent += `${JSON.parse(event.data)}\n`; });
    events.addEventListener("step", (event) => {
      const step = JSON.parse(event.data);
      say("#step-what", step.what || "starting");
      say("#step-done", step.total ? `${step.done} of ${step.total}` : "");
      say("#step-pace", step.pace);
      say("#step-now", step.now || "nobody yet");
      if (step.stopping) say("#step-stopping", "Stopping. Finished work is kept.");
      say("#results-kept", String(step.kept));
      one("#step-bar").max = step.total || 1;
      one("#step-bar").value = step.done;
    });
    events.addEventListener("result", (event) => showResult(JSON.parse(event.data)));
    events.addEventListener("end", () => { events.close(); location.reload(); });
  }

  function showResult(result) {
    const table = one("#results");
    if (!table) { location.reload(); return; } // the class's list was not there yet
    one("#no-result")?.remove();
    document.getElementById(`result-${result.ref}`)?.remove();
    const row = table.insertRow(0);
    row.id = `result-${result.ref}`;
    const head = row.appendChild(document.createElement("th"));
    head.scope = "row";
    const link = head.appendChild(document.createElement("a"));
    link.href = `/run/result/${encodeURIComponent(result.ref)}`;
    link.appendChild(document.createElement("bdi")).textContent = result.who;
    const points = row.insertCell();
    points.className = "numeric";
    points.textContent = result.score;
    const flags = row.insertCell();
    flags.className = "flags";
    if (result.wrong) {
      const flag = flags.appendChild(document.createElement("span"));
      flag.className = "flag urgent";
      flag.textContent = result.wrong;
    }
    while (table.rows.length > 40) table.deleteRow(-1);
  }
  form?.addEventListener("input", showSum);
  showSum();
}
