/** What happened, in order: the hash says whether two lives were the same, the tail says how one went wrong. */
const kept = 400;

export class Trace {
  #lines: string[] = [];
  #a = 0x811c9dc5;
  #b = 0x1234567;

  add(at: number, line: string): void {
    const whole = `${at} ${line}`;
    for (let index = 0; index < whole.length; index += 1) {
      const code = whole.charCodeAt(index);
      this.#a = Math.imul(this.#a ^ code, 0x01000193);
      this.#b = Math.imul(this.#b ^ code, 0x5bd1e995);
    }
    this.#lines.push(whole);
    if (this.#lines.length > kept * 2) this.#lines = this.#lines.slice(-kept);
  }

  get hash(): string {
    return ((this.#a >>> 0) * 2 ** 21 + ((this.#b >>> 0) % 2 ** 21)).toString(16);
  }
  get tail(): readonly string[] {
    return this.#lines.slice(-kept);
  }
}
