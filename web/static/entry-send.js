// Asking the server: what may be answered, what is tried again, and what is told when it fails.

export class Refusal extends Error {
  constructor(told, again) {
    super(told);
    this.again = again; // whether trying later may help
  }
}

const TOLD = {
  401: "votre session est terminée. Reconnectez-vous dans un autre onglet : ce que vous avez tapé reste ici.",
  403: "votre compte n’a pas le droit d’écrire ici.",
  404: "ce livret n’est plus accessible : l’élève a changé de division, ou n’est plus sous statut scolaire.",
};

export async function ask(form, path, options = {}) {
  let answer;
  try {
    answer = await fetch(form.dataset.adresse + path, {
      ...options,
      headers: { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value, ...options.headers },
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new Refusal("pas de connexion.", true);
  }
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  if (problem.code === "csrf_refused" && (await renewed(form))) throw new Refusal("votre session a changé.", true);
  if (problem.code === "periodicity_not_set") throw new Refusal(problem.detail, false);
  throw new Refusal(
    TOLD[answer.status] || "le serveur ne répond pas comme attendu.",
    answer.status >= 500 || answer.status === 401 || answer.status === 429,
  );
}

export function change(form, revision, body) {
  return ask(form, "", {
    method: "PATCH",
    headers: { "Content-Type": "application/json", "If-Match": `"${revision}"` },
    body: JSON.stringify(body),
  });
}

// After a log-in in another tab the form carries the value of the session before it.
async function renewed(form) {
  const answer = await fetch(form.dataset.adresse, { credentials: "same-origin", cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const value = page.querySelector("#livret input[name=csrf]")?.value;
  if (!value || value === form.elements.csrf.value) return false;
  form.elements.csrf.value = value;
  return true;
}
