"use strict";
// A file dropped on the form is as one chosen in its field; without this script the field does it.
(() => {
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const field = form.querySelector("input[type=file]");
  const over = (event) => { event.preventDefault(); form.classList.add("drop-over"); };
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", () => form.classList.remove("drop-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("drop-over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();
