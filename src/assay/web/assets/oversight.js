/* Today by keyboard. Every page works without it. */

const HELP = "assay-keys-help";

function people() {
  return [...document.querySelectorAll("[data-assay-person]")];
}

function current() {
  return people().findIndex((each) => each.classList.contains("assay-queue__person--current"));
}

function goTo(place) {
  const all = people();
  if (!all.length) return;
  const next = Math.min(Math.max(place, 0), all.length - 1);
  all.forEach((each, n) => each.classList.toggle("assay-queue__person--current", n === next));
  all[next].querySelector("[data-assay-open]").focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function follow(selector) {
  const place = current();
  const within = place >= 0 ? people()[place] : document;
  const link = within.querySelector(selector);
  if (link) window.location.assign(link.href);
}

function toggleHelp() {
  const help = document.querySelector("[data-assay-keys]");
  if (!help) return;
  help.hidden = !help.hidden;
  help.id = HELP;
  if (!help.hidden) help.scrollIntoView({ block: "nearest" });
}

const DEEDS = {
  j: () => goTo(current() + 1),
  k: () => goTo(current() - 1),
  d: () => follow("[data-assay-discuss]"),
  o: () => follow("[data-assay-open]"),
  "?": toggleHelp,
};

function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

document.addEventListener("keydown", (event) => {
  const deed = DEEDS[event.key];
  if (!deed || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  deed();
});

for (const keys of document.querySelectorAll("[data-assay-keys]")) keys.hidden = false;
