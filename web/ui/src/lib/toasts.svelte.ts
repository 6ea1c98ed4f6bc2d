export interface Toast {
  id: number;
  kind: 'done' | 'error';
  text: string;
}

/** Short messages at the edge of the page; errors stay until they are closed. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  done(text: string): void {
    const id = this.#add('done', text);
    setTimeout(() => this.close(id), 4000);
  }

  error(reason: unknown): void {
    this.#add('error', reason instanceof Error ? reason.message : String(reason));
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(kind: Toast['kind'], text: string): number {
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, kind, text }].slice(-4);
    return id;
  }
}

export const toasts = new Toasts();
