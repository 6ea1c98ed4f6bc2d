/**
 * History routing over one path segment: every page lies directly below the base, so relative addresses of the API
 * stay right also when a reverse proxy serves weir below a path.
 */
class Router {
  readonly base = typeof document === 'undefined' ? '/' : new URL('.', document.baseURI).pathname;
  path = $state('/');
  query = $state('');
  /** Steps between this entry and the first one of the visit, for back and forward buttons. */
  depth = $state(0);
  furthest = $state(0);

  constructor() {
    if (typeof window === 'undefined') return;
    this.depth = Number(history.state?.depth ?? 0);
    this.furthest = this.depth;
    this.#read();
    window.addEventListener('popstate', (event) => {
      this.depth = Number(event.state?.depth ?? 0);
      this.#read();
    });
  }

  #read(): void {
    this.path = '/' + location.pathname.slice(this.base.length).replace(/\/+$/, '');
    this.query = location.search.slice(1);
  }

  /** href of a page such as "/feeds" or "/graph?feeds=1". */
  href(to: string): string {
    return this.base + to.replace(/^\//, '');
  }

  go(to: string, options: { replace?: boolean } = {}): void {
    const href = this.href(to);
    if (href === location.pathname + location.search) return;
    const samePage = href.split('?')[0] === location.pathname;
    if (options.replace) history.replaceState({ depth: this.depth }, '', href);
    else {
      this.depth++;
      this.furthest = this.depth;
      history.pushState({ depth: this.depth }, '', href);
    }
    this.#read();
    if (!samePage) window.scrollTo(0, 0);
  }

  /** follow makes plain clicks on links inside a node stay in the page. */
  follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.dataset.page === undefined) return;
    event.preventDefault();
    this.go('/' + link.pathname.slice(this.base.length) + link.search);
  };
}

export const router = new Router();
