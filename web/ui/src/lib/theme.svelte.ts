export type ThemeChoice = 'system' | 'light' | 'dark';

/** The chosen theme; public/theme.js applies the same key before the first paint. */
class Theme {
  choice = $state<ThemeChoice>('system');
  #system = $state(false);
  dark = $derived(this.choice === 'dark' || (this.choice === 'system' && this.#system));

  constructor() {
    if (typeof window === 'undefined') return;
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#system = query.matches;
    query.addEventListener('change', (event) => (this.#system = event.matches));
    const set = document.documentElement.dataset.theme;
    if (set === 'light' || set === 'dark') this.choice = set;
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      if (choice === 'system') localStorage.removeItem('weir.theme');
      else localStorage.setItem('weir.theme', choice);
    } catch {
      // Lasts for this visit then.
    }
  }

  toggle(): void {
    this.set(this.dark ? 'light' : 'dark');
  }
}

export const theme = new Theme();
