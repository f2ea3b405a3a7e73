/* The reading page without leaving it: answers save themselves, a press cites, keys do what buttons do.
   It sends the same forms the page sends without it. */

const page = () => document.querySelector("[data-reading]");
const form = () => document.querySelector("[data-answer]");

let timer = 0;
let sending = Promise.resolve();
let underWay = 0;

async function send(target, body) {
  const response = await fetch(target, {
    method: "POST",
    body,
    headers: {Accept: "application/json"},
    credentials: "same-origin",
  });
  const type = response.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new Error("not answered");
  return {status: response.status, told: await response.json()};
}

function say(words, lost = false) {
  const saved = document.getElementById("saved");
  saved.textContent = words;
  saved.classList.toggle("reading-lost", lost);
}

function show(told) {
  say(`${page().dataset.savedWords} ${told.saved}`);
  const progress = document.getElementById("progress");
  progress.textContent = progress.textContent.replace(/\d+/, told.answered).replace(/\d+(?=\D*$)/, told.asked);
  document.getElementById("evidence").innerHTML = told.evidence;
  document.getElementById("map").innerHTML = told.map;
  document.querySelectorAll("[data-cited]").forEach((mark) => {
    const codes = told.cited[mark.dataset.cited] || [];
    mark.hidden = codes.length === 0;
    mark.querySelector("[data-codes]").textContent = codes.join(", ");
  });
}

/* One at a time and in order: the next answer must know the version the one before it got. */
function inTurn(work) {
  underWay += 1;
  sending = sending
    .then(work)
    .catch(() => say(page().dataset.lostWords, true))
    .finally(() => (underWay -= 1));
  return sending;
}

function save() {
  clearTimeout(timer);
  timer = 0;
  return inTurn(async () => {
    const answer = form();
    if (!answer || !ready(answer)) return;
    say(page().dataset.savingWords);
    const {status, told} = await send(answer.action, new FormData(answer));
    if (status === 409) {
      const place = document.getElementById("conflict");
      place.innerHTML = told.conflict;
      place.firstElementChild.focus();
      answer.dataset.conflict = "1";
      return;
    }
    answer.elements.seen.value = told.version;
    show(told);
  });
}

/* "Does not apply" waits for its reason; an answer in conflict waits for a choice. */
function ready(answer) {
  if (answer.dataset.conflict) return false;
  const chosen = answer.querySelector("[name=value]:checked");
  const reason = answer.elements.reason;
  return !(chosen && chosen.value === "does_not_apply" && reason && !reason.value.trim());
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, 900);
}

function evidenceOf(submitted, button) {
  const body = new FormData(submitted);
  body.set(button.name, button.value);
  return inTurn(async () => show((await send(submitted.action, body)).told));
}

function cite(button) {
  evidenceOf(document.getElementById("cite-form"), button);
}

/* Entries and paragraphs in the order they are read; the one last reached keeps the keyboard's place. */
function places() {
  return [...document.querySelectorAll("[data-entry]")].filter((each) => each.offsetParent);
}

function move(by) {
  const all = places();
  const at = all.indexOf(document.activeElement.closest("[data-entry]"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (next) {
    next.focus({preventScroll: true});
    next.scrollIntoView({block: "center"});
  }
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: () => {
    const here = document.activeElement.closest("[data-entry]");
    const button = here && here.querySelector("[data-cite]");
    if (button) cite(button);
  },
  n: () => document.querySelector("#question [value=next], #question .govuk-button-group a:last-of-type")?.click(),
  p: () => document.querySelector("#question [value=previous], #question .govuk-button-group a:first-of-type")?.click(),
};
["1", "2", "3"].forEach((key, place) => {
  keys[key] = () => document.querySelectorAll("#answer-form [name=value]")[place]?.click();
});

function onKey(event) {
  const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("keys-on").checked) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
}

function switchKeys() {
  const box = document.getElementById("keys-on");
  document.querySelector("[data-keys-switch]").hidden = false;
  box.checked = localStorage.getItem("reading-keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("reading-keys", box.checked ? "on" : "off"));
}

function onPress(event) {
  const button = event.target.closest("[data-cite], [data-take-back] button");
  if (button) {
    event.preventDefault();
    return button.dataset.cite ? cite(button) : evidenceOf(button.form, button);
  }
  const pane = event.target.closest("[data-pane]");
  if (pane) {
    event.preventDefault();
    choosePane(pane.dataset.pane);
  }
  const cited = event.target.closest("[data-goto]");
  if (cited) choosePane("record");
}

function choosePane(name) {
  page().classList.toggle("reading--record", name === "record");
  page().classList.toggle("reading--questions", name === "questions");
  document.querySelectorAll("[data-pane]").forEach((each) => {
    if (each.dataset.pane === name) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  });
  document.querySelectorAll("form [name=pane]").forEach((each) => (each.value = name));
}

export function start() {
  const answer = form();
  if (answer) {
    // The note stands outside the form it belongs to, hence the question's own frame listens.
    const question = document.getElementById("question");
    question.addEventListener("change", save);
    question.addEventListener("input", (event) => event.target.matches("textarea, [name=reason]") && later());
    // What is still being typed goes with the form that is sent, not before it; what is under way, before it.
    answer.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!underWay) return;
      event.preventDefault();
      sending.then(() => answer.requestSubmit(event.submitter));
    });
    document.addEventListener("visibilitychange", () => document.hidden && timer && save());
  }
  document.addEventListener("click", onPress);
  document.addEventListener("keydown", onKey);
  switchKeys();
}
