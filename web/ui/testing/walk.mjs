// Walks through all pages with Debian's chromium and takes pictures of them.
//
//	node testing/walk.mjs                         builds nothing: previews dist/ against the simulated house
//	WEIR_URL=http://host:8080 WEIR_USER=… WEIR_PASSWORD=… node testing/walk.mjs    a real server with data in it
//
// Pictures go to WALK_OUT or a temporary folder. Exits with 1 when a page logged an error, asked an outside host, was
// wider than the screen, or an expected thing was not there.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { acts } from './acts.mjs';
import { scenes } from './scenes.mjs';

const out = process.env.WALK_OUT ?? mkdtempSync(join(tmpdir(), 'weir-walk-'));
mkdirSync(out, { recursive: true });
const only = process.env.WALK_ONLY ? new RegExp(process.env.WALK_ONLY) : /./;

let base = process.env.WEIR_URL;
let server;
if (!base) {
  server = await preview({
    configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'error',
  });
  base = `http://127.0.0.1:${server.httpServer.address().port}`;
}
const fake = server !== undefined;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};
const faults = [];

/** login logs in on a real server; once, as servers count attempts. Answers the cookies of the session. */
async function login() {
  if (fake || !process.env.WEIR_USER) return undefined;
  const context = await browser.newContext(screens.desktop);
  const page = await context.newPage();
  await page.goto(base + '/login');
  await page.getByLabel('Username').fill(process.env.WEIR_USER);
  await page.getByLabel('Password').fill(process.env.WEIR_PASSWORD ?? '');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** picker answers a function that gives the ids of some feeds of a unit. */
async function picker(context) {
  const list = await (await context.request.get(`${base}/feed/list.json`)).json();
  return (unit, count) => {
    const ids = list.filter((feed) => feed.unit === unit).map((feed) => feed.id);
    return ids.slice(0, count).join(',');
  };
}

/** watch notes whatever goes wrong on a page under the name of the scene. */
function watch(page, name) {
  const note = (text) => faults.push(`${name}: ${text}`);
  page.on('console', (message) => {
    // Answers that are meant to fail are logged by the browser itself.
    if (message.type() === 'error' && !/status of (401|503)/.test(message.text())) note(message.text());
  });
  page.on('pageerror', (error) => note(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(base).origin) note(`asked ${url.host}`);
  });
  return note;
}

async function show(scene, screen, theme) {
  const name = `${scene.name}-${screen}-${theme}`;
  const context = await browser.newContext({ ...screens[screen], colorScheme: theme, locale: 'en-GB', timezoneId: 'Europe/Berlin', storageState });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const note = watch(page, name);
  try {
    if (fake) await context.request.get(`${base}/fake/reset?scene=${scene.state ?? 'house'}`);
    const path = typeof scene.path === 'string' ? scene.path : scene.path(await picker(context));
    await page.goto(base + path);
    await scene.act?.(page, screen);
    await page.waitForTimeout(fake ? 500 : 1500);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) note(`${wide} px wider than the screen`);
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: scene.whole ?? false });
  } catch (error) {
    note(error.message);
    await page.screenshot({ path: join(out, `${name}-failed.png`) }).catch(() => undefined);
  }
  await context.close();
}

const storageState = await login();
for (const scene of scenes) {
  if (!only.test(scene.name) || (!fake && scene.fakeOnly)) continue;
  for (const screen of Object.keys(screens)) {
    for (const theme of ['light', 'dark']) await show(scene, screen, theme);
  }
}
for (const act of acts) {
  if (!fake || !only.test(act.name)) continue;
  const context = await browser.newContext({ ...screens[act.phone ? 'phone' : 'desktop'], baseURL: base, locale: 'en-GB', colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const note = watch(page, act.name);
  await context.request.get('/fake/reset?scene=house');
  const before = faults.length;
  await act.run(page).catch((error) => note(error.message));
  console.log(`${faults.length > before ? 'failed' : 'ok'}  ${act.name}`);
  await context.close();
}
await browser.close();
await server?.close();
console.log(`pictures in ${out}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
