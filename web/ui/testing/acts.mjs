// What must work by mouse, finger and keyboard against the simulated house; each act throws when it does not.

const query = (page) => new URL(page.url()).searchParams;

function must(ok, words) {
  if (!ok) throw new Error(words);
}

async function graph(page, path = '/graph?feeds=1,2&last=1d') {
  await page.goto(path);
  await page.getByTestId('line').first().waitFor();
  await page.waitForTimeout(300);
}

async function over(page) {
  const box = await page.locator('.u-over').boundingBox();
  return { at: (share) => box.x + box.width * share, y: box.y + box.height / 2 };
}

/** touch sends fingers as the browser would see them: lists of [x, y], one list a moment. */
async function touch(page, moments) {
  const cdp = await page.context().newCDPSession(page);
  const points = (list) => list.map(([x, y], id) => ({ x, y, id }));
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(moments[0]) });
  for (const moment of moments.slice(1)) await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(moment) });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.waitForTimeout(300);
}

export const acts = [
  {
    name: 'graph keys',
    run: async (page) => {
      await graph(page);
      await page.keyboard.press('4');
      must(query(page).get('last') === '1w', 'key 4 is not the week');
      await page.keyboard.press('ArrowLeft');
      must(query(page).get('from') !== null, 'the left arrow does not move');
      const before = query(page).get('to') - query(page).get('from');
      await page.keyboard.press('+');
      must(query(page).get('to') - query(page).get('from') < before * 0.6, '+ does not zoom in');
      await page.keyboard.press('n');
      must(query(page).get('last') !== null, 'n does not follow the time');
      await page.keyboard.press('[');
      await page.waitForFunction(() => location.search.includes('from='));
      await page.keyboard.press(']');
      await page.waitForFunction(() => location.search.includes('last='));
      await page.keyboard.press('r');
      must(query(page).get('view') === 'raw', 'r does not show stored points');
    },
  },
  {
    name: 'graph mouse',
    run: async (page) => {
      await graph(page);
      const { at, y } = await over(page);
      await page.mouse.move(at(0.5), y);
      await page.mouse.wheel(-300, 0);
      await page.waitForFunction(() => location.search.includes('from='));
      const moved = Number(query(page).get('from'));
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -200);
      await page.keyboard.up('Control');
      await page.waitForFunction((from) => !location.search.includes(`from=${from}`), moved);
      const zoomed = query(page).get('to') - query(page).get('from');
      must(zoomed < 86000, 'ctrl and wheel do not zoom in');
      await page.mouse.dblclick(at(0.5), y);
      await page.waitForFunction((length) => {
        const q = new URLSearchParams(location.search);
        return (q.get('to') ?? 0) - (q.get('from') ?? 0) > length * 1.5 || q.get('last');
      }, zoomed);
    },
  },
  {
    name: 'graph fingers', phone: true,
    run: async (page) => {
      await graph(page);
      const { at, y } = await over(page);
      await touch(page, [[[at(0.3), y]], [[at(0.4), y]], [[at(0.6), y]], [[at(0.8), y]]]);
      must(query(page).get('from') !== null, 'one finger does not pan');
      const before = query(page).get('to') - query(page).get('from');
      await touch(page, [
        [[at(0.4), y], [at(0.6), y]], [[at(0.35), y], [at(0.65), y]], [[at(0.2), y], [at(0.8), y]], [[at(0.1), y], [at(0.9), y]],
      ]);
      const after = query(page).get('to') - query(page).get('from');
      must(after > 0 && after < before * 0.5, `two fingers do not zoom: ${before} to ${after}`);
    },
  },
  {
    name: 'graph export',
    run: async (page) => {
      await graph(page);
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /as CSV/ }).click()]);
      must(download.suggestedFilename() === 'weir.csv', 'no CSV came');
    },
  },
  {
    name: 'feeds selection leads to the graph',
    run: async (page) => {
      await page.goto('/feeds');
      await page.getByTestId('feed').first().waitFor();
      await page.getByLabel('Search feeds').fill('kwh');
      for (const i of [0, 1]) await page.getByTestId('feed').nth(i).getByRole('checkbox').check();
      await page.getByRole('toolbar').getByRole('link', { name: 'Graph' }).click();
      await page.getByTestId('line').nth(1).waitFor();
      await page.goBack();
      await page.getByTestId('feed').first().waitFor();
    },
  },
  {
    name: 'feeds editing and deleting',
    run: async (page) => {
      await page.goto('/feeds');
      const row = page.locator('[data-name="Climate/humidity"]');
      await row.getByRole('button', { name: /^More/ }).click();
      await page.keyboard.press('Enter');
      await page.getByLabel('Name').fill('damp');
      await page.keyboard.press('Enter');
      const renamed = page.locator('[data-name="Climate/damp"]');
      await renamed.waitFor();
      await renamed.getByRole('button', { name: /^More/ }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete it' }).click();
      await renamed.waitFor({ state: 'detached' });
    },
  },
  {
    name: 'process list by keyboard and by dragging',
    run: async (page) => {
      await page.goto('/inputs');
      await page.getByRole('button', { name: 'Process list of grid' }).click();
      const steps = page.getByTestId('step');
      const names = () => steps.locator('.name').allTextContents();
      await steps.nth(4).waitFor();
      must((await names()).join() === '+ input,Allow positive,x,Log to feed,Power to kWh', `the list is ${await names()}`);
      await page.getByLabel('Value for x').focus();
      await page.keyboard.press('Alt+ArrowUp');
      must((await names())[1] === 'x', 'Alt and arrow do not move the step');
      must(await page.getByLabel('Value for x').evaluate((e) => e === document.activeElement), 'the focus is lost on moving');
      const grip = await steps.nth(4).locator('.grip').boundingBox();
      const first = await steps.nth(0).boundingBox();
      await page.mouse.move(grip.x + 5, grip.y + 10);
      await page.mouse.down();
      await page.mouse.move(grip.x + 5, grip.y - 60, { steps: 4 });
      await page.mouse.move(grip.x + 5, first.y + 5, { steps: 8 });
      await page.mouse.up();
      must((await names())[0] === 'Power to kWh', `dragging does not move the step: ${await names()}`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Process list of grid saved').waitFor();
    },
  },
  {
    name: 'process list with a new feed',
    run: async (page) => {
      await page.goto('/inputs');
      await page.getByRole('button', { name: 'Process list of load_1m' }).click();
      await page.getByLabel('Search steps').fill('log to');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Choose a feed, or create one.').waitFor();
      await page.getByLabel('Feed for Log to feed').selectOption('new');
      await page.getByRole('button', { name: 'Create feed' }).click();
      await page.getByRole('button', { name: 'Create feed' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('[data-name="raspberrypi/load_1m"]').getByText('load_1m').nth(1).waitFor();
    },
  },
  {
    name: 'values are live',
    run: async (page) => {
      await page.goto('/inputs');
      const cell = page.locator('[data-name="emontx3/power1"] .value');
      await cell.waitFor();
      const before = await cell.textContent();
      await page.waitForFunction(([text]) => document.querySelector('[data-name="emontx3/power1"] .value')?.textContent !== text, [before], { timeout: 12000 });
    },
  },
  {
    name: 'log out and in again, back to where one was going',
    run: async (page) => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      await page.goto('/graph?feeds=1&last=1w');
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill('lovelace');
      await page.keyboard.press('Enter');
      await page.getByTestId('line').first().waitFor();
      must(query(page).get('last') === '1w', 'the link is lost on logging in');
    },
  },
  {
    name: 'keys and theme',
    run: async (page) => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'Show write key' }).click();
      const key = page.getByLabel('Write key', { exact: true });
      const before = await key.textContent();
      await page.getByRole('button', { name: 'New write key' }).click();
      await page.getByRole('button', { name: 'Make a new key' }).last().click();
      await page.getByText('The write key is new').waitFor();
      must((await key.textContent()) !== before, 'the key is the old one');
      await page.getByRole('button', { name: 'Use the dark theme' }).click();
      await page.reload();
      must((await page.evaluate(() => document.documentElement.dataset.theme)) === 'dark', 'the theme is forgotten');
    },
  },
];
