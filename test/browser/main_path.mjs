// The main path as a person walks it: first start, this machine's figures arrive, one is logged to a feed, its graph
// moves. Run by browser_test.go on a server with an empty folder:
//
//	node main_path.mjs URL desktop|phone FOLDER-FOR-PICTURES
//
// Exits with 1, and says why, when a step does not work, a page logs an error, or anything outside is asked for.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [base, screen, pictures] = process.argv.slice(2);
const { chromium } = createRequire(new URL('../../web/ui/package.json', import.meta.url))('playwright-core');
const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
const page = await browser.newPage(screens[screen]);
page.setDefaultTimeout(30_000);
const faults = [];
page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
page.on('request', (request) => {
  if (!request.url().startsWith(base) && !request.url().startsWith('data:')) faults.push(`asks outside: ${request.url()}`);
});

function must(ok, words) {
  if (!ok) throw new Error(words);
}

/** differs waits until a value is no longer what it was. */
async function differs(read, words) {
  const before = await read();
  for (let i = 0; i < 100; i++) {
    await page.waitForTimeout(200);
    if ((await read()) !== before) return;
  }
  throw new Error(`${words}: still ${before}`);
}

const steps = {
  'make the first account': async () => {
    await page.goto(base);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill('engine1843');
    await page.getByLabel('Email').fill('ada@example.org');
    must(await page.getByLabel(/Watch this machine/).isChecked(), 'watching this machine is not offered');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Data is arriving' }).waitFor();
  },
  "see this machine's inputs": async () => {
    await page.goto(base + '/inputs');
    const uptime = page.locator('[data-testid=input][data-name$="/uptime"]');
    await uptime.waitFor();
    await differs(() => uptime.locator('.value').innerText(), 'the value of uptime does not move');
  },
  'log one to a feed': async () => {
    const uptime = page.locator('[data-testid=input][data-name$="/uptime"]');
    await uptime.getByRole('button', { name: 'Log to feed' }).click();
    await uptime.getByRole('button', { name: 'Log to feed' }).waitFor({ state: 'detached' });
  },
  'see its feed': async () => {
    await page.goto(base + '/feeds');
    const feed = page.locator('[data-testid=feed][data-name$="/uptime"]');
    await feed.waitFor();
    await differs(() => feed.locator('.value').innerText(), 'the value of the feed does not move');
    await feed.getByRole('link').first().click();
  },
  'see its graph move': async () => {
    await page.getByTestId('chart').locator('canvas').waitFor();
    const last = page.getByTestId('line').first().locator('[data-name=last]');
    await page.getByRole('button', { name: '1 hour' }).or(page.getByRole('button', { name: '1 h' })).first().click();
    await differs(() => page.getByTestId('line').first().innerText(), 'the graph does not move');
    must((await page.url()).includes('feeds='), 'the address does not carry the graph');
    await last.waitFor({ state: 'attached' });
  },
  'find it again in a link': async () => {
    await page.reload();
    await page.getByTestId('line').first().waitFor();
  },
  'log out and in': async () => {
    await page.goto(base + '/account');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Username').fill('ada'); // the login page is there
    await page.getByLabel('Password').fill('engine1843');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor({ state: 'detached' });
  },
};

let n = 0;
try {
  for (const [name, step] of Object.entries(steps)) {
    await step().catch((error) => {
      throw new Error(`${name}: ${error.message}`);
    });
    await page.screenshot({ path: join(pictures, `${++n}-${screen}.png`) });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    must(wide <= 0, `${name}: the page is ${wide} px wider than the screen`);
  }
} catch (error) {
  faults.push(error.message);
  await page.screenshot({ path: join(pictures, `failed-${screen}.png`) });
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
