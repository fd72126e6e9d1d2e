// Saving as one goes: one request at a time, tried again when the server cannot be reached.

import { ask as askChoice, isAsked } from "./entry-clash.js";
import { ask, change } from "./entry-send.js";
import * as show from "./entry-show.js";

const QUIET_MS = 800;
const LOOK_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;
const AWAY_MS = 600_000; // a page left alone asks no more, so that its session can end

export class Saver {
  constructor(book) {
    this.book = book;
    this.form = book.form;
    this.timer = null;
    this.wait = 1_000;
    this.turn = Promise.resolve(true);
    this.active = Date.now();
    for (const sign of ["keydown", "pointerdown"]) {
      addEventListener(sign, () => (this.active = Date.now()), { passive: true });
    }
    setInterval(() => this.look(), LOOK_MS);
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => this.look());
  }

  soon(delay = QUIET_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  // Resolves to whether everything is saved.
  flush(all = false) {
    clearTimeout(this.timer);
    this.turn = this.turn.then(() => this.#flush(all));
    return this.turn;
  }

  async #flush(all) {
    try {
      if (this.book.unsure.size) this.#taken(await this.#state());
      for (let keys = this.book.toSend(all); keys.length; keys = this.book.toSend(all)) {
        await this.#send(keys);
      }
    } catch (error) {
      return this.#failed(error);
    }
    this.wait = 1_000;
    return this.#told();
  }

  async #send(keys) {
    show.state("Enregistrement…");
    const sent = new Map(keys.map((key) => [key, this.book.now(key)]));
    for (const [key, value] of sent) this.book.unsure.set(key, value);
    const answer = await change(this.form, this.book.revision.value, this.book.body(keys));
    for (const key of keys) this.book.unsure.delete(key);
    this.#taken(answer, sent);
  }

  #state() {
    return ask(this.form, `/etat?revision=${this.book.revision.value}`);
  }

  #taken(answer, sent) {
    this.book.take(answer, sent);
    this.at = answer.at;
    for (const key of sent?.keys() ?? []) show.faults(this.form, key, answer.faults[key] ?? []);
    for (const [key, clash] of Object.entries(answer.clashes)) {
      askChoice(this.form, key, clash, (one, mine) => this.choose(one, mine));
    }
    show.light(answer);
    show.news([...answer.told, ...answer.notes]);
  }

  choose(key, mine) {
    this.book.choose(key, mine);
    return this.flush(true);
  }

  #told() {
    const left = this.problems;
    show.summary(this.form, left);
    if (left.length) {
      const count = left.length === 1 ? "un champ à revoir" : `${left.length} champs à revoir`;
      const rest = left.length === this.book.dirty.length ? " Le reste est enregistré." : "";
      show.state(`Non enregistré\u00a0: ${count}.${rest}`, "fault");
    } else if (this.book.dirty.length) {
      show.state("Modifications non enregistrées.");
    } else if (this.at) {
      show.state(`Enregistré à ${this.at}.`);
    }
    const isWhole = !this.book.dirty.length;
    this.form.dataset.etat = isWhole ? "enregistre" : "modifie";
    return isWhole;
  }

  get problems() {
    return this.book.dirty
      .filter((key) => isAsked(this.form, key) || this.book.refused.get(key) === this.book.now(key))
      .map((key) => [key, this.#why(key)]);
  }

  #why(key) {
    const box = this.form.querySelector(`[data-field="${CSS.escape(key)}"]`);
    return (box.querySelector("[data-clash] p") ?? box.querySelector(".fault"))?.textContent ?? key;
  }

  #failed(error) {
    if (error.again === undefined) throw error;
    const again = error.again ? " Nouvel essai automatique." : "";
    show.state(`Non enregistré\u00a0: ${error.message}${again}`, "fault");
    if (error.again) {
      this.soon(this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    }
    return false;
  }

  // What others do in the meantime is told without being asked for.
  look() {
    if (document.hidden || Date.now() - this.active > AWAY_MS) return;
    this.turn = this.turn.then(async () => {
      const answer = await this.#state().catch(() => null);
      if (answer && answer.revision !== Number(this.book.revision.value)) this.#taken(answer);
      else if (answer) show.light(answer);
      return true;
    });
  }
}
