import { hooks } from '../api/client';
import { live } from '../api/live.svelte';
import * as api from '../api/session';
import type { Profile, SessionState } from '../api/types';
import { browserZone, Clock } from '../lib/time';

/** Who is logged in, and what the server said about itself. */
class Session {
  state = $state<SessionState | null>(null);
  error = $state('');
  #profile = $state<Profile | null>(null);
  #loading: Promise<void> | null = null;

  user = $derived(this.state?.user ?? null);
  zone = $derived(this.user?.timezone || browserZone());
  /** Times on all pages are shown in the user's time zone. */
  clock = $derived(new Clock(this.zone));

  constructor() {
    hooks.unauthenticated = () => {
      if (this.user) void this.load();
    };
  }

  /** load asks the server; calls made at the same time share one request. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.state = await api.session();
      this.error = '';
    } catch (reason) {
      this.error = reason instanceof Error ? reason.message : String(reason);
      return;
    }
    if (this.state.user) live.start();
    else {
      live.stop();
      this.#profile = null;
    }
  }

  /** profile holds the keys, which only some pages need. */
  get profile(): Profile | null {
    return this.#profile;
  }

  async loadProfile(): Promise<Profile> {
    this.#profile ??= await api.profile();
    return this.#profile;
  }

  /** changed puts new keys or a new time zone where the pages see them. */
  changed(change: Partial<Profile>): void {
    if (this.#profile) this.#profile = { ...this.#profile, ...change };
    if (change.timezone !== undefined && this.state?.user) this.state.user.timezone = change.timezone;
  }

  async login(name: string, password: string, remember: boolean): Promise<void> {
    await api.login(name, password, remember);
    await this.load();
  }

  async logout(): Promise<void> {
    await api.logout();
    await this.load();
  }

  async watch(): Promise<void> {
    await api.watch(true);
    if (this.state) this.state.watching = true;
  }
}

export const session = new Session();
