/** A list that several pages share: loaded once, kept while it is loaded again, with the last error beside it. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state('');
  #running: Promise<void> | null = null;

  constructor(private readonly fetch: () => Promise<T>) {}

  /** load fetches again; calls made meanwhile share the request. */
  load(): Promise<void> {
    this.#running ??= this.#load().finally(() => (this.#running = null));
    return this.#running;
  }

  /** need fetches only what has never been fetched. */
  need(): Promise<void> {
    return this.value === null ? this.load() : Promise.resolve();
  }

  forget(): void {
    this.value = null;
    this.error = '';
  }

  async #load(): Promise<void> {
    try {
      this.value = await this.fetch();
      this.error = '';
    } catch (reason) {
      this.error = reason instanceof Error ? reason.message : String(reason);
    }
  }
}
