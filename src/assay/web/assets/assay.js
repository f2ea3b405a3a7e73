/* What our pages do beyond HTML. Every page works without it. */

async function copied(box) {
  const text = box.querySelector("textarea");
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

function readyCopyBox(box) {
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = (await copied(box)) ? box.dataset.said : "";
  });
}

export function start() {
  document.querySelectorAll("[data-assay-copy]").forEach(readyCopyBox);
}
