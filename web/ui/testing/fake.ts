import type { IncomingMessage, ServerResponse } from 'node:http';
import { bands, data, type Query } from './answers';
import { house, solar, use, type FakeFeed } from './house';
import { run, steps } from './steps';

interface FakeInput {
  id: number;
  node: string;
  name: string;
  description: string;
  list: string;
  every: number;
  /** Seconds that its last value is behind. */
  behind: number;
  value: (time: number) => number | null;
}

type Form = Record<string, string>;

/**
 * A server with a simulated house, for looking at the pages without the real one. It answers in the same forms, but
 * keeps everything in memory and checks little. `/fake/reset?scene=` chooses how it begins.
 */
export class Fake {
  private user: { name: string; email: string; password: string; timezone: string } | null = null;
  private loggedIn = false;
  private watching = false;
  private demo = false;
  private feeds: FakeFeed[] = [];
  private inputs: FakeInput[] = [];
  private nextFeed = 100;
  private keys = { read: '5d41402abc4b2a76b9719d911017c592', write: '7d793037a0760186574b0282f2f435e7' };

  constructor() {
    this.reset('house');
  }

  /** Scenes: setup (no account yet), empty (logged in, no data), out (an account, nobody logged in), house, demo. */
  reset(scene: string): void {
    this.user = scene === 'setup' ? null : { name: 'ada', email: 'ada@example.org', password: 'lovelace', timezone: 'Europe/Berlin' };
    this.loggedIn = scene !== 'setup' && scene !== 'out';
    this.watching = scene === 'house' || scene === 'demo';
    this.demo = scene === 'demo';
    const full = this.watching;
    this.feeds = full ? house(Date.now() / 1000) : [];
    this.inputs = full ? someInputs(this.feeds) : [];
  }

  /** handle answers a call of the API; false leaves the request to the next handler. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const form: Form = Object.fromEntries(url.searchParams);
    const body = await read(request);
    if (request.headers['content-type']?.includes('json')) Object.assign(form, JSON.parse(body || '{}'));
    else Object.assign(form, Object.fromEntries(new URLSearchParams(body)));
    if (url.pathname === '/fake/reset') {
      this.reset(form.scene ?? 'house');
      send(response, 200, { success: true });
      return true;
    }
    if (url.pathname === '/api/v1/live') {
      this.live(request, response);
      return true;
    }
    const answer = this.answers[url.pathname];
    if (!answer) return false;
    if (!this.loggedIn && !open.has(url.pathname)) send(response, 401, { success: false, message: 'Not authenticated' });
    else {
      const value = answer(form);
      if (typeof value === 'string') text(response, value, url.pathname.includes('csv'));
      else send(response, 200, value);
    }
    return true;
  }

  private readonly answers: Record<string, (form: Form) => unknown> = {
    '/api/v1/session': () => ({
      user: this.loggedIn && this.user ? { id: 1, name: this.user.name, admin: true, timezone: this.user.timezone } : null,
      setup: this.user === null, registrationOpen: false, watching: this.watching, demo: this.demo, version: '0.1.0',
    }),
    '/api/v1/watch': () => {
      this.watching = true;
      if (this.inputs.length === 0) this.inputs = someInputs(house(Date.now() / 1000)).filter((i) => i.node === 'raspberrypi');
      for (const input of this.inputs) input.list = '';
      return { watching: true };
    },
    '/user/register.json': (f) => {
      if (!/^[a-z0-9]+$/.test(f.username ?? '')) return no('Username must only contain a-z and 0-9 characters');
      this.user = { name: f.username!, email: f.email!, password: f.password!, timezone: f.timezone! };
      return { success: true, userid: 1 };
    },
    '/user/login.json': (f) => {
      if (f.username !== this.user?.name || f.password !== this.user?.password) return no('Incorrect username or password');
      this.loggedIn = true;
      return yes('Login successful');
    },
    '/user/logout.json': () => {
      this.loggedIn = false;
      return yes('Logged out');
    },
    '/user/get.json': () => ({
      id: '1', username: this.user!.name, email: this.user!.email, timezone: this.user!.timezone,
      apikey_read: this.keys.read, apikey_write: this.keys.write,
    }),
    '/user/set.json': (f) => {
      Object.assign(this.user!, JSON.parse(f.data!));
      return yes('User updated');
    },
    '/user/changepassword.json': (f) => (f.old === this.user!.password ? yes('Password updated') : no('Old password incorrect')),
    '/user/newapikeyread.json': () => ({ success: true, read_apikey: (this.keys.read = newKey()) }),
    '/user/newapikeywrite.json': () => ({ success: true, write_apikey: (this.keys.write = newKey()) }),
    '/input/list.json': () => this.inputs.map((i) => ({
      id: String(i.id), nodeid: i.node, name: i.name, description: i.description, processList: i.list, ...sample(i),
    })),
    '/input/set.json': (f) => {
      Object.assign(this.inputs.find((i) => i.id === Number(f.inputid))!, JSON.parse(f.fields!));
      return yes('Field updated');
    },
    '/input/delete.json': (f) => {
      const ids = JSON.parse(f.inputids ?? `[${f.inputid}]`) as number[];
      this.inputs = this.inputs.filter((i) => !ids.includes(i.id));
      return yes('Inputs deleted');
    },
    '/input/clean.json': () => {
      const before = this.inputs.length;
      this.inputs = this.inputs.filter((i) => i.list !== '');
      return `Deleted ${before - this.inputs.length} inputs`;
    },
    '/input/process/set.json': (f) => {
      const list = JSON.parse(f.processlist!) as { fn: string; args: unknown[] }[];
      const encoded = list.map((s) => [steps[s.fn]?.id_num ?? s.fn, ...s.args].join(':')).join(',');
      this.inputs.find((i) => i.id === Number(f.inputid))!.list = encoded;
      return { success: true, message: 'Input processlist updated', encoded_processlist: encoded };
    },
    '/process/list.json': () => steps,
    '/api/v1/process/preview': (f) => ({ steps: run(f.list!, Number(f.value)) }),
    '/feed/list.json': () => this.feeds.map((feed) => this.row(feed)),
    '/feed/create.json': (f) => {
      if (this.feeds.some((feed) => feed.tag === f.tag && feed.name === f.name)) return no('feed already exists');
      const { interval } = JSON.parse(f.options ?? '{}') as { interval?: number };
      const feed: FakeFeed = {
        id: this.nextFeed++, tag: f.tag ?? '', name: f.name!, unit: f.unit ?? '', engine: Number(f.engine), interval: interval ?? 10,
        start: Date.now() / 1000, public: false, value: use,
      };
      this.feeds.push(feed);
      return { success: true, feedid: feed.id, result: true };
    },
    '/feed/set.json': (f) => {
      const fields = JSON.parse(f.fields!) as Partial<FakeFeed>;
      Object.assign(this.feeds.find((feed) => feed.id === Number(f.id))!, fields, 'public' in fields ? { public: Number(fields.public) === 1 } : {});
      return yes('Field updated');
    },
    '/feed/delete.json': (f) => {
      this.feeds = this.feeds.filter((feed) => feed.id !== Number(f.id));
      return yes('Feed removed successfully.');
    },
    '/feed/clear.json': () => yes('Feed cleared successfully'),
    '/feed/data.json': (f) => data(this.query(f), f),
    '/feed/csvexport.json': (f) => data(this.query(f), f)[0]!.data.map(([t, v]) => `${t / 1000},${v}`).join('\n'),
    '/api/v1/feeds/bands': (f) => bands(this.query(f), Number(f.points)),
  };

  private query(f: Form): Query {
    const ids = (f.ids ?? '').split(',').map(Number);
    const list = ids.flatMap((id) => this.feeds.find((feed) => feed.id === id) ?? []);
    return { feeds: list, start: Number(f.start) / 1000, end: Number(f.end) / 1000 };
  }

  private row(feed: FakeFeed): Record<string, unknown> {
    const now = Date.now() / 1000;
    const points = Math.max(1, Math.floor((now - feed.start) / feed.interval));
    let time: number | null = Math.floor(now / feed.interval) * feed.interval;
    while (time > now - 86400 && feed.value(time) === null) time -= feed.interval;
    return {
      id: String(feed.id), userid: '1', name: feed.name, tag: feed.tag, public: feed.public ? '1' : '0', size: String(points * 4),
      engine: String(feed.engine), unit: feed.unit, time, value: feed.value(time), start_time: Math.floor(feed.start),
      end_time: Math.floor(now), interval: feed.engine === 5 ? feed.interval : 10, npoints: points,
    };
  }

  /** Everything at once first, then each second what has changed. */
  private live(request: IncomingMessage, response: ServerResponse): void {
    if (!this.loggedIn) return send(response, 401, { title: 'Not authenticated', status: 401 });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const sent = new Map<string, number | null>();
    const tell = (): void => {
      const news = <T extends { id: number }>(kind: string, list: T[], of: (each: T) => { time: number | null; value: number | null }): void => {
        const changed = list.map((each) => ({ id: each.id, ...of(each) })).filter((s) => sent.get(`${kind}${s.id}`) !== s.time);
        for (const s of changed) sent.set(`${kind}${s.id}`, s.time);
        if (changed.length > 0) response.write(`event: ${kind}\ndata: ${JSON.stringify(changed)}\n\n`);
      };
      news('inputs', this.inputs, sample);
      news('feeds', this.feeds, (feed) => {
        const row = this.row(feed);
        return { time: row.time as number, value: row.value as number };
      });
    };
    tell();
    const timer = setInterval(tell, 1000);
    request.on('close', () => clearInterval(timer));
  }
}

const open = new Set(['/api/v1/session', '/user/login.json', '/user/register.json']);

function sample(input: FakeInput): { time: number | null; value: number | null } {
  const time = Math.floor(Date.now() / 1000 / input.every) * input.every - input.behind;
  return { time, value: input.value(time) };
}

function someInputs(feeds: FakeFeed[]): FakeInput[] {
  let id = 0;
  const of = (feed: number): ((time: number) => number | null) => feeds.find((each) => each.id === feed)!.value;
  const input = (node: string, name: string, list: string, value: FakeInput['value'], more: Partial<FakeInput> = {}): FakeInput => ({
    id: ++id, node, name, list, value, description: '', every: 5, behind: 0, ...more,
  });
  return [
    input('emontx3', 'power1', '1:1,4:5', use, { description: 'House, main fuse' }),
    input('emontx3', 'power2', '24:0,1:2,4:6', solar, { description: 'Solar inverter' }),
    input('emontx3', 'power3', '', (t) => use(t) * 0.3),
    input('emontx3', 'vrms', '1:18', (t) => 230 + of(18)(t)! - 233),
    input('emontx3', 'grid', '11:2,24:0,2:0.98,1:3,4:4', (t) => use(t) - solar(t), { description: 'Clamp around the supply' }),
    input('heatpump', 'elec_power', '1:8,4:10', of(8), { every: 10 }),
    input('heatpump', 'flow_temp', '2:0.1,1:9', (t) => of(9)(t)! * 10, { every: 10, behind: 38 }),
    input('heatpump', 'return_temp', '', (t) => of(9)(t)! - 4.5, { every: 10, behind: 38 }),
    input('raspberrypi', 'cpu_used', '1:15', of(15)),
    input('raspberrypi', 'memory_used', '1:16', of(16)),
    input('raspberrypi', 'load_1m', '', (t) => of(15)(t)! / 40),
    input('weather', 'temp_outside', '1:11', (t) => of(11)(t) ?? 8, { every: 60, behind: 5400, description: 'North wall' }),
    input('weather', 'temp_greenhouse', '1:999', () => 13.8, { every: 60, behind: 18000 }),
    input('weather', 'rain', '', () => 0, { every: 60, behind: 60 * 86400 }),
  ];
}

function yes(message: string): unknown {
  return { success: true, message };
}

function no(message: string): unknown {
  return { success: false, message };
}

function newKey(): string {
  return Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
}

async function read(request: IncomingMessage): Promise<string> {
  if (request.method === 'GET' || request.method === 'HEAD') return '';
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function text(response: ServerResponse, value: string, attachment: boolean): void {
  const headers: Record<string, string> = { 'Content-Type': 'text/plain' };
  if (attachment) headers['Content-Disposition'] = 'attachment; filename="feeds.csv"';
  response.writeHead(200, headers).end(value);
}
