/** A clock that ticks once a second while the page is visible; ages on all pages hang on it. */
class Now {
  seconds = $state(Date.now() / 1000);
  /** What the server's clock is ahead of this machine's: ages are right on a phone whose clock is not. */
  #offset = 0;

  constructor() {
    if (typeof document === 'undefined') return;
    setInterval(() => {
      if (!document.hidden) this.#tick();
    }, 1000);
    document.addEventListener('visibilitychange', () => this.#tick());
  }

  /** adjust takes the Date header of an answer; differences below two seconds are its rounding. */
  adjust(date: string | null): void {
    const server = date ? Date.parse(date) / 1000 : NaN;
    if (Number.isNaN(server)) return;
    const offset = server - Date.now() / 1000;
    this.#offset = Math.abs(offset) < 2.5 ? 0 : offset;
  }

  #tick(): void {
    this.seconds = Date.now() / 1000 + this.#offset;
  }
}

export const now = new Now();
