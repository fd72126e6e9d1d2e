// Two wrote one field: both values stand until one is chosen.

import { boxOf, inputsOf } from "./entry-fields.js";
import { element } from "./entry-show.js";

export function ask(form, key, clash, choose) {
  const place = boxOf(form, key).querySelector("[data-clash]");
  const name = `choix-${key}`;
  const option = (value, text, quoted) => {
    const radio = element("input", { type: "radio", name, value });
    radio.addEventListener("change", () => {
      place.replaceChildren();
      inputsOf(boxOf(form, key))[0].focus();
      choose(key, value === "mienne");
    });
    const words = element("span", {}, [text, ...(quoted === null ? [] : [element("q", { textContent: quoted })])]);
    return element("label", { className: "choice" }, [radio, words]);
  };
  place.replaceChildren(
    element("fieldset", { className: "clash" }, [
      element("legend", { textContent: "Deux valeurs : laquelle garder ?" }),
      element("p", { textContent: `${clash.who} Rien n’a été remplacé.` }),
      option("mienne", "Garder la vôtre, telle qu’elle est dans le champ", null),
      option("autre", "Prendre l’autre : ", clash.theirs),
    ]),
  );
}

export function isAsked(form, key) {
  return boxOf(form, key).querySelector("[data-clash] fieldset") !== null;
}
