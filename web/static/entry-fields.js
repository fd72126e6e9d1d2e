// The fields of the form: what each holds, by the names of its inputs; and how to write it.

const ASIDE = /^(choix|autre-lu)-/;

export function fieldsOf(form) {
  return [...form.querySelectorAll("[data-field]")];
}

export function boxOf(form, key) {
  return form.querySelector(`[data-field="${CSS.escape(key)}"]`);
}

export function inputsOf(box) {
  return [...box.querySelectorAll("input, select, textarea")].filter(
    (one) => one.name && !ASIDE.test(one.name) && one.type !== "hidden",
  );
}

const NOW = { checked: (one) => one.checked, text: (one) => one.value };
// As the server sent it: someone may type before this script has come.
const SENT = {
  checked: (one) => one.defaultChecked,
  text: (one) => one.options ? [...one.options].find((each) => each.defaultSelected)?.value ?? "" : one.defaultValue,
};

export function read(box, { checked, text } = NOW) {
  const values = {};
  for (const one of inputsOf(box)) {
    if (one.type === "radio") {
      if (checked(one)) values[one.name] = one.value;
    } else if (one.type === "checkbox" && one.value === "oui") {
      values[one.name] = checked(one) ? "oui" : "non";
    } else if (one.type === "checkbox") {
      const before = values[one.name] || "";
      values[one.name] = checked(one) ? `${before} ${one.value}`.trim() : before;
    } else {
      values[one.name] = text(one);
    }
  }
  return values;
}

export function readAsSent(box) {
  return read(box, SENT);
}

export function write(box, values) {
  if (box.id === "enseignants") spareTeachers(box, values);
  for (const one of inputsOf(box)) {
    const text = values[one.name] || "";
    if (one.type === "radio") one.checked = one.value === text;
    else if (one.type === "checkbox") one.checked = text.split(" ").includes(one.value);
    else if (one.value !== text) one.value = text;
    if (one.matches("textarea")) one.dispatchEvent(new Event("counted"));
  }
}

// What means the same reads the same: ends, newlines, runs of teachers left empty.
export function plain(box, values) {
  const names = Object.keys(values).filter((name) => inputNames(box).has(name) || isTeacher(box, name));
  const told = names
    .sort((a, b) => a.localeCompare(b, "fr", { numeric: true }))
    .map((name) => [name, values[name].replace(/\r\n?/g, "\n").trim().replace(/(\d)\.(\d)/, "$1,$2")]);
  if (box.id === "enseignants") return told.map(([, text]) => text).filter(Boolean).join("\n");
  return JSON.stringify(told.filter(([, text]) => text));
}

function inputNames(box) {
  return new Set(inputsOf(box).map((one) => one.name));
}

function isTeacher(box, name) {
  return box.id === "enseignants" && /^enseignant-\d+-/.test(name);
}

// There is always one line more than teachers.
export function spareTeachers(box, values = read(box)) {
  const filled = Object.keys(values).filter((name) => isTeacher(box, name) && values[name].trim());
  const wanted = Math.max(0, ...filled.map((name) => Number(name.split("-")[1]))) + 1;
  for (let rows = box.querySelectorAll("[data-teacher]"); rows.length < Math.min(wanted, 20); ) {
    const last = rows[rows.length - 1];
    const rank = Number(last.dataset.teacher) + 1;
    const row = last.cloneNode(true);
    row.dataset.teacher = rank;
    for (const one of row.querySelectorAll("input")) {
      one.name = one.id = one.name.replace(/\d+/, rank);
      one.value = "";
      one.removeAttribute("aria-invalid");
    }
    for (const one of row.querySelectorAll("label")) {
      one.htmlFor = one.htmlFor.replace(/\d+/, rank);
      one.textContent = one.textContent.replace(/\d+/, rank);
    }
    last.after(row);
    rows = box.querySelectorAll("[data-teacher]");
  }
}
