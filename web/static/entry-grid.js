// The grid: keys from row to row, degrees in words, a warning before leaving what is not saved.

const form = document.getElementById("grille");
if (form) start();

function start() {
  const cells = [...form.querySelectorAll("input.entry-cell")];
  const first = new Map(cells.map((one) => [one, one.defaultValue]));
  const given = form.querySelector(".fault, .clash") !== null;
  const words = new Map();
  for (const text of document.getElementById("echelle").textContent.matchAll(/(\d) ([^,.]+?)(?=[,.])/g)) {
    words.set(text[1], text[2].trim());
  }
  let sending = false;

  const changed = () => cells.filter((one) => one.value.trim() !== first.get(one));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const place = cells.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    const next = cells[place + step];
    next?.focus();
    next?.select();
  });
  form.addEventListener("input", (event) => {
    const word = event.target.closest("tr")?.querySelector("[data-word]");
    if (word && event.target.matches(".entry-cell")) word.textContent = words.get(event.target.value.trim()) ?? "";
    const count = changed().length;
    const told = count === 1 ? "1 ligne modifiée, non enregistrée." : `${count} lignes modifiées, non enregistrées.`;
    document.getElementById("etat").textContent = count ? told : "";
  });
  form.addEventListener("submit", () => {
    sending = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && (given || changed().length)) event.preventDefault();
  });
}
