// Copies the invitation's link; without this script the field is selected and copied by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = "Lien copié.";
    } catch {
      told.textContent = "Le lien est sélectionné\u00a0: copiez-le avec Ctrl+C.";
    }
  });
}
