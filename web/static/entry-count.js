// The live counter of a text, which counts as the rule does: after the same tidying.

const NEWLINES = /\r\n|[\r\u0085\u2028\u2029\v\f]/g;
// XML 1.0 forbids everything outside these; half a pair counts for nothing.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const SPACE = "[\\t\\n\\r \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

export function length(text) {
  const tidy = text.replace(NEWLINES, "\n").replace(FORBIDDEN, "").normalize("NFC").replace(ENDS, "");
  return [...tidy].length;
}

export function follow(area) {
  const place = document.getElementById(`${area.id}-compte`);
  const limit = Number(area.dataset.limit);
  const count = () => {
    const now = length(area.value);
    place.textContent = `${now} caractère${now > 1 ? "s" : ""} sur ${limit}`;
    place.classList.toggle("counter-over", now > limit);
  };
  area.addEventListener("input", count);
  area.addEventListener("counted", count);
  count();
}
