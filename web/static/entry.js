// The page of a booklet: counters, keys, and saving as one goes. Without it the form does the same.

import { Book } from "./entry-book.js";
import { follow } from "./entry-count.js";
import { spareTeachers } from "./entry-fields.js";
import { Saver } from "./entry-save.js";

const form = document.getElementById("livret");
form.querySelectorAll("textarea[data-limit]").forEach(follow);
form.addEventListener("keydown", keys);
form.querySelector("[data-keys]").hidden = false;
form.addEventListener("change", offered);
// A form that the server gave back with something to choose or mend is sent as a whole again.
if (!form.querySelector("[data-clash] fieldset, .fault")) saveAsOneGoes();

function keys(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(document.getElementById("enregistrer"));
    return;
  }
  const group = event.target.closest("fieldset.degrees");
  if (!group || event.ctrlKey || event.altKey || event.metaKey || !/^[0-4]$/.test(event.key)) return;
  const value = event.key === "0" ? "" : event.key;
  const radio = [...group.querySelectorAll("input[name^=competence-]")].find((one) => one.value === value);
  if (event.target.name !== radio.name) return;
  event.preventDefault();
  radio.focus();
  if (!radio.checked) radio.click();
}

// A last name that STS offers brings its first name, where none is typed.
function offered(event) {
  const { name, value } = event.target;
  if (!name?.endsWith("-nom")) return;
  const first = form.elements[name.replace(/-nom$/, "-prenom")];
  const known = [...document.getElementById("noms").options].filter((one) => one.value === value);
  if (known.length === 1 && !first.value) {
    first.value = known[0].textContent;
    first.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function saveAsOneGoes() {
  const saver = new Saver(new Book(form));
  const { book } = saver;
  let leaving = false;
  if (book.dirty.length) saver.soon();

  form.addEventListener("input", (event) => {
    const box = event.target.closest("[data-field]");
    if (!box || event.target.name.startsWith("choix-")) return;
    if (box.id === "enseignants") spareTeachers(box);
    form.dataset.etat = "modifie";
    saver.soon();
  });
  form.addEventListener("focusout", (event) => {
    const box = event.target.closest("[data-field]");
    if (box && !box.contains(event.relatedTarget)) saver.soon(0);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isNext = event.submitter?.name === "suite";
    if (await saver.flush(true)) {
      if (!isNext) return;
      leaving = true;
      location.assign(form.dataset.suivant);
    } else if (saver.problems.length) {
      document.getElementById("resume").focus();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && book.dirty.length) event.preventDefault();
  });
}
