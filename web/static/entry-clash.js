// Two wrote one field: both values stand until one is chosen.

import { boxOf, inputsOf } from "./entry-fields.js";
import { element } from "./entry-show.js";

export function ask(form, key, clash, choose) {
  const place = boxOf(form, key).querySelector("[data-clash]");
  const option = (mine, text) => {
    const button = element("button", { type: "button", className: "button button-secondary", textContent: text });
    button.addEventListener("click", () => {
      place.replaceChildren();
      inputsOf(boxOf(form, key))[0].focus();
      choose(key, mine);
    });
    return button;
  };
  place.replaceChildren(
    element("fieldset", { className: "clash" }, [
      element("legend", { textContent: "Deux valeurs\u00a0: laquelle garder\u00a0?" }),
      element("p", { textContent: `${clash.who} Rien n’a été remplacé.` }),
      element("p", {}, ["La vôtre est dans le champ. L’autre\u00a0: ", element("q", { textContent: clash.theirs })]),
      element("div", { className: "actions" }, [option(true, "Garder la vôtre"), option(false, "Prendre l’autre")]),
    ]),
  );
}

export function isAsked(form, key) {
  return boxOf(form, key).querySelector("[data-clash] fieldset") !== null;
}
