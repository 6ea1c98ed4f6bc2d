import { get, postForm, postJson } from './client';
import type { Profile, SessionState } from './types';

export async function session(): Promise<SessionState> {
  const raw = await get<Partial<SessionState> & { registration?: string }>('api/v1/session');
  const user = raw.user ? { ...raw.user, id: Number(raw.user.id) } : null;
  return {
    user,
    setup: raw.setup ?? false,
    registrationOpen: raw.registrationOpen ?? raw.registration === 'open',
    watching: raw.watching ?? false,
    demo: raw.demo ?? false,
    version: raw.version ?? '',
  };
}

export const login = (username: string, password: string, rememberme: boolean): Promise<unknown> =>
  postForm('user/login.json', { username, password, rememberme: rememberme ? 1 : 0 });

export interface Registration {
  username: string;
  password: string;
  email: string;
  timezone: string;
}

export const register = (form: Registration): Promise<unknown> => postForm('user/register.json', { ...form });

export const logout = (): Promise<unknown> => postForm('user/logout.json', {});

/** watch makes the server send figures of its own machine as inputs of the caller. */
export const watch = (on: boolean): Promise<unknown> => postJson('api/v1/watch', { on });

export async function profile(): Promise<Profile> {
  const raw = await get<Record<string, unknown>>('user/get.json');
  const text = (key: string): string => (typeof raw[key] === 'string' ? raw[key] : '');
  return {
    id: Number(raw.id),
    username: text('username'),
    email: text('email'),
    timezone: text('timezone'),
    readKey: text('apikey_read'),
    writeKey: text('apikey_write'),
  };
}

export const setProfile = (data: { timezone?: string; email?: string }): Promise<unknown> =>
  postForm('user/set.json', { data: JSON.stringify(data) });

export async function newReadKey(): Promise<string> {
  return (await postForm<{ read_apikey: string }>('user/newapikeyread.json', {})).read_apikey;
}

export async function newWriteKey(): Promise<string> {
  return (await postForm<{ write_apikey: string }>('user/newapikeywrite.json', {})).write_apikey;
}

export const changePassword = (old: string, next: string): Promise<unknown> =>
  postForm('user/changepassword.json', { old, new: next });
