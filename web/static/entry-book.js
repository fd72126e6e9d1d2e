// What is known of each field: what was read of it, what is saved, what was refused.

import { boxOf, fieldsOf, plain, read, readAsSent, write } from "./entry-fields.js";
import { isAsked } from "./entry-clash.js";

export class Book {
  constructor(form) {
    this.form = form;
    this.revision = form.elements.revision;
    this.lu = JSON.parse(form.elements.lu.value);
    this.keys = fieldsOf(form).map((box) => box.dataset.field);
    this.base = new Map(fieldsOf(form).map((box) => [box.dataset.field, plain(box, readAsSent(box))]));
    this.refused = new Map(); // what the server would not take, not sent again as it is
    this.unsure = new Map(); // what was sent and not answered
    this.theirs = new Map(); // what stands there where two wrote
  }

  now(key) {
    const box = boxOf(this.form, key);
    return plain(box, read(box));
  }

  get dirty() {
    return this.keys.filter((key) => this.now(key) !== this.base.get(key));
  }

  // With `all`, what someone is still typing is sent too.
  toSend(all) {
    return this.dirty.filter(
      (key) => !isAsked(this.form, key) && this.refused.get(key) !== this.now(key) && (all || !this.isInHand(key)),
    );
  }

  isInHand(key) {
    const box = boxOf(this.form, key);
    const at = document.activeElement;
    if (!box.contains(at)) return false;
    if (box.hasAttribute("data-whole")) return true;
    return Boolean(at.inputMode) && !/^(\d+([.,]\d+)?)?$/.test(at.value.trim());
  }

  body(keys) {
    const values = {};
    const known = {};
    for (const key of keys) {
      Object.assign(values, read(boxOf(this.form, key)));
      if (key in this.lu) known[key] = this.lu[key];
    }
    return { values, read: known };
  }

  // `sent`: what was sent of each field, to tell it from what was typed since.
  take(answer, sent = new Map()) {
    for (const key of this.keys) {
      if (!(key in answer.read) || key in answer.faults) {
        if (key in answer.faults) this.refused.set(key, sent.get(key));
        continue;
      }
      if (key in answer.clashes) {
        this.theirs.set(key, { read: answer.clashes[key].read, values: answer.values });
        continue;
      }
      this.#takeField(key, answer, sent);
    }
    this.revision.value = answer.revision;
    this.form.elements.lu.value = JSON.stringify(this.lu);
  }

  #takeField(key, answer, sent) {
    const box = boxOf(this.form, key);
    const there = plain(box, answer.values);
    const now = this.now(key);
    const was = sent.get(key) ?? this.unsure.get(key);
    const isMine = now === there || (was !== undefined && (sent.has(key) || was === there));
    if (isMine) {
      this.base.set(key, now === there ? now : was);
    } else if (now === this.base.get(key)) {
      write(box, answer.values);
      this.base.set(key, this.now(key));
    } else {
      return; // typed here, changed elsewhere: the server will tell
    }
    this.lu[key] = answer.read[key];
    this.unsure.delete(key);
    this.refused.delete(key);
    if (sent.has(key) && now === was && !box.contains(document.activeElement)) {
      write(box, answer.values); // as it was tidied
      this.base.set(key, this.now(key));
    }
  }

  choose(key, mine) {
    const { read: theirs, values } = this.theirs.get(key);
    this.lu[key] = theirs;
    if (!mine) {
      write(boxOf(this.form, key), values);
      this.base.set(key, this.now(key));
    }
    this.form.elements.lu.value = JSON.stringify(this.lu);
  }
}
