// Showing what the server answered: state, light, gaps, faults, what others did.

import { boxOf, inputsOf } from "./entry-fields.js";

export function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function state(text, kind = "") {
  const place = document.getElementById("etat");
  place.className = kind;
  if (place.textContent !== text) place.textContent = text;
}

export function light(answer) {
  const place = document.getElementById("voyant");
  const square = element("span", { className: "square" });
  square.setAttribute("aria-hidden", "true");
  const shown = element("span", { className: `light light-${answer.light.code}` }, [square, answer.light.text]);
  if (place.textContent.trim() !== answer.light.text) place.replaceChildren(shown);
  const gaps = answer.gaps.map(gap);
  document.getElementById("manques").replaceChildren(
    ...(gaps.length
      ? [element("p", { textContent: "Ce qui manque\u00a0:" }), element("ul", {}, gaps)]
      : [element("p", { textContent: "Toutes les données ont été renseignées." })]),
  );
}

function gap(one) {
  const line = element("li", {}, [
    one.anchor
      ? element("a", { href: `#${one.anchor}`, textContent: one.text })
      : `${one.text} (à régler par\u00a0: ${one.who})`,
  ]);
  if (one.severity === "optional") line.append(" ", element("span", { className: "hint", textContent: "facultatif" }));
  return line;
}

export function faults(form, key, told) {
  const box = boxOf(form, key);
  box.querySelector("[data-problems]").replaceChildren(
    ...told.map((text) => element("p", { className: "fault", textContent: text })),
  );
  const blamed = told.length ? toMend(box) : [];
  for (const one of [...inputsOf(box), box]) {
    if (blamed.includes(one)) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
}

// The empty one beside filled ones; else all. A group of radios is marked as a whole.
function toMend(box) {
  const inputs = inputsOf(box);
  if (inputs.some((one) => one.type === "radio")) return [box];
  const rows = box.id === "enseignants" ? [...box.querySelectorAll("[data-teacher]")] : [box];
  const empty = rows.flatMap((row) => {
    const texts = [...row.querySelectorAll("input[type=text], textarea")];
    return texts.some((one) => one.value.trim()) ? texts.filter((one) => !one.value.trim()) : [];
  });
  return empty.length ? empty : inputs;
}

export function firstOf(form, key) {
  const box = boxOf(form, key);
  return box.querySelector("[aria-invalid=true]:not(fieldset)") || inputsOf(box)[0];
}

export function summary(form, problems) {
  const place = document.getElementById("resume");
  place.hidden = !problems.length;
  const lines = problems.map(([key, text]) => {
    const link = element("a", { href: `#${firstOf(form, key).id || boxOf(form, key).id}`, textContent: text });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      firstOf(form, key).focus();
    });
    return element("li", {}, [link]);
  });
  const head = element("strong", { textContent: "À corriger ou à choisir avant que tout soit enregistré\u00a0:" });
  place.replaceChildren(element("p", {}, [head]), element("ul", {}, lines));
}

export function news(lines) {
  const place = document.getElementById("nouvelles");
  const known = new Set([...place.children].map((one) => one.textContent));
  place.append(...lines.filter((one) => !known.has(one)).map((one) => element("li", { textContent: one })));
  place.parentElement.hidden = !place.children.length;
}
