import { now } from '../lib/now.svelte';

/** An answer that says no; the text is meant for the user. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

type Params = Record<string, string | number | boolean | undefined>;

/** What the session store hangs in to learn that a session has ended. */
export const hooks: { unauthenticated: () => void } = { unauthenticated: () => undefined };

/** address builds a relative address: the pages lie directly below the server's base. */
export function address(path: string, params: Params = {}): string {
  const query = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`)
    .join('&');
  return query ? `${path}?${query}` : path;
}

export async function get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  return (await request(address(path, params), { signal: signal ?? null })) as T;
}

/** postForm sends a form, as the emoncms-compatible part of the API expects. */
export async function postForm<T>(path: string, form: Params, params: Params = {}): Promise<T> {
  const body = new URLSearchParams();
  for (const [key, value] of Object.entries(form)) if (value !== undefined) body.set(key, String(value));
  return (await request(address(path, params), { method: 'POST', body })) as T;
}

export async function postJson<T>(path: string, value: unknown, signal?: AbortSignal): Promise<T> {
  return (await request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
    signal: signal ?? null,
  })) as T;
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', headers: { Accept: 'application/json' }, ...init });
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new ApiError('The server cannot be reached. Is it running, and are you online?', 0);
  }
  now.adjust(response.headers.get('Date'));
  const text = await response.text();
  const answer = parse(text);
  if (response.status === 401) hooks.unauthenticated();
  if (!response.ok) throw new ApiError(complaint(answer, text, response), response.status);
  if (answer === false) throw new ApiError('The server refused this. The entry may not exist any more.', 200);
  if (refused(answer)) throw new ApiError(complaint(answer, text, response), 200);
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refused(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === false;
}

/** complaint finds the words for the user in either kind of error answer. */
function complaint(answer: unknown, text: string, response: Response): string {
  if (typeof answer === 'object' && answer !== null) {
    for (const key of ['detail', 'message', 'title']) {
      const words = (answer as Record<string, unknown>)[key];
      if (typeof words === 'string' && words !== '') return words;
    }
  }
  if (text !== '' && text.length < 300 && !text.includes('<')) return text;
  return `The server answered ${response.status} ${response.statusText}.`;
}
