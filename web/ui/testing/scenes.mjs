// What the walk looks at: a path, how the simulated server begins, and what is done before the picture is taken. Paths
// pick feeds by their unit, so that they also lead somewhere on a real server.

const feeds = (page) => page.getByTestId('feed').first().waitFor();
const inputs = (page) => page.getByTestId('input').first().waitFor();
const chart = (page) => page.getByTestId('chart').locator('canvas').waitFor();

async function drag(page, from, to, modifier) {
  const box = await page.locator('.u-over').boundingBox();
  const y = box.y + box.height / 2;
  if (modifier) await page.keyboard.down(modifier);
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + (box.width * (from + to)) / 2, y + 10);
  await page.mouse.move(box.x + box.width * to, y);
  await page.mouse.up();
  if (modifier) await page.keyboard.up(modifier);
}

export const scenes = [
  { name: 'setup', path: '/', state: 'setup', fakeOnly: true, whole: true, act: (page) => page.getByRole('heading', { name: 'Create your account' }).waitFor() },
  {
    name: 'setup-error', path: '/', state: 'setup', fakeOnly: true, whole: true,
    act: async (page) => {
      await page.getByLabel('Username').fill('Ada Lovelace');
      await page.getByLabel('Password').fill('engine');
      await page.getByLabel('Email').fill('ada@example.org');
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByText('Username must only contain').waitFor();
    },
  },
  {
    name: 'setup-done', path: '/', state: 'setup', fakeOnly: true,
    act: async (page) => {
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill('engine');
      await page.getByLabel('Email').fill('ada@example.org');
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('heading', { name: 'Data is arriving' }).waitFor();
    },
  },
  {
    name: 'login', path: '/feeds', state: 'out', fakeOnly: true,
    act: async (page) => {
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('Incorrect username or password').waitFor();
    },
  },
  { name: 'home', path: '/', act: (page) => page.getByTestId('tile').first().waitFor() },
  { name: 'home-demo', path: '/', state: 'demo', fakeOnly: true, act: (page) => page.getByText('Simulated house').waitFor() },
  { name: 'home-empty', path: '/', state: 'empty', fakeOnly: true, whole: true, act: (page) => page.getByText('No device has sent').waitFor() },
  { name: 'inputs', path: '/inputs', whole: true, act: inputs },
  { name: 'inputs-empty', path: '/inputs', state: 'empty', fakeOnly: true, act: (page) => page.getByText('No device has sent').waitFor() },
  {
    name: 'inputs-log', path: '/inputs', fakeOnly: true,
    act: async (page) => {
      await inputs(page);
      await page.locator('[data-name="emontx3/power3"]').getByRole('button', { name: '+ kWh' }).click();
      await page.getByText('power3 is logged, with its energy').waitFor();
    },
  },
  {
    name: 'process', path: '/inputs', fakeOnly: true,
    act: async (page) => {
      await inputs(page);
      await page.getByRole('button', { name: 'Process list of grid' }).click();
      await page.getByTestId('step').nth(4).waitFor();
      await page.getByRole('button', { name: 'Move Log to feed up' }).first().click();
      await page.getByLabel('Value for x').fill('1.02');
      await page.waitForTimeout(500);
    },
  },
  {
    name: 'process-add', path: '/inputs', fakeOnly: true,
    act: async (page) => {
      await inputs(page);
      await page.getByRole('button', { name: 'Process list of power3' }).click();
      await page.getByLabel('Search steps').fill('kwh');
      await page.keyboard.press('Enter');
      await page.getByLabel('Feed for Power to kWh').selectOption('new');
      await page.getByRole('button', { name: 'Add step' }).click();
    },
  },
  { name: 'feeds', path: '/feeds', act: feeds },
  {
    name: 'feeds-select', path: '/feeds',
    act: async (page) => {
      await feeds(page);
      for (const i of [0, 1]) await page.getByTestId('feed').nth(i).getByRole('checkbox').check();
      await page.getByTestId('feed').nth(2).getByRole('button', { name: /^More for/ }).click();
    },
  },
  {
    name: 'feeds-delete', path: '/feeds',
    act: async (page) => {
      await feeds(page);
      await page.getByTestId('feed').nth(2).getByRole('button', { name: /^More for/ }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    },
  },
  {
    name: 'feeds-edit', path: '/feeds',
    act: async (page) => {
      await feeds(page);
      await page.getByTestId('feed').first().getByRole('button', { name: /^More for/ }).click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
    },
  },
  {
    name: 'feeds-csv', path: '/feeds',
    act: async (page) => {
      await feeds(page);
      await page.getByTestId('feed').first().getByRole('button', { name: /^More for/ }).click();
      await page.getByRole('menuitem', { name: 'Download CSV' }).click();
    },
  },
  { name: 'feeds-none', path: '/feeds', state: 'empty', fakeOnly: true, act: (page) => page.getByText('No feed yet').waitFor() },
  { name: 'graph-none', path: '/graph', act: (page) => page.getByText('Choose feeds to draw').waitFor() },
  {
    name: 'graph', path: (pick) => `/graph?feeds=${pick('W', 2)},${pick('°C', 1)}.r&last=1d`, whole: true,
    act: async (page, screen) => {
      await chart(page);
      await page.waitForTimeout(600);
      if (screen === 'desktop') await page.locator('.u-over').hover({ position: { x: 500, y: 150 } });
    },
  },
  {
    name: 'graph-zoom', path: (pick) => `/graph?feeds=${pick('W', 2)}&last=1d`,
    act: async (page, screen) => {
      await chart(page);
      await page.waitForTimeout(600);
      if (screen === 'phone') return page.getByRole('button', { name: 'Zoom in' }).click();
      await drag(page, 0.5, 0.52);
      await page.waitForTimeout(300);
      await drag(page, 0.4, 0.6, 'Shift');
      if (!page.url().includes('from=')) throw new Error('dragging did not zoom');
    },
  },
  { name: 'graph-lost', path: '/graph?feeds=1,999&last=6h', fakeOnly: true, act: (page) => page.getByText('do not exist').waitFor() },
  { name: 'graph-raw', path: (pick) => `/graph?feeds=${pick('°C', 2)}&last=6h&view=raw`, act: chart },
  { name: 'graph-days', path: (pick) => `/graph?feeds=${pick('kWh', 2)}&last=1M&view=day`, act: chart },
  { name: 'graph-months', path: (pick) => `/graph?feeds=${pick('kWh', 2)},${pick('°C', 1)}.r&last=1y&view=month`, act: chart },
  { name: 'graph-delta', path: (pick) => `/graph?feeds=${pick('kWh', 2)}&last=1d&view=delta`, act: chart },
  { name: 'graph-all', path: (pick) => `/graph?feeds=${pick('W', 5)}&last=all`, act: chart },
  {
    name: 'graph-help', path: '/graph?feeds=1', fakeOnly: true,
    act: async (page) => {
      await chart(page);
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Using the graph' }).waitFor();
    },
  },
  {
    name: 'graph-choose', path: '/graph?feeds=1', fakeOnly: true,
    act: async (page, screen) => {
      await chart(page);
      if (screen === 'phone') await page.getByRole('button', { name: 'Feeds', exact: true }).click();
      await page.getByLabel('solar_kwh').last().check();
    },
  },
  {
    name: 'reconnecting', path: '/', fakeOnly: true,
    act: async (page) => {
      await page.route('**/api/v1/live', (route) => route.fulfill({ status: 503 }));
      await page.reload();
      await page.getByText('Reconnecting').waitFor();
    },
  },
  { name: 'account', path: '/account', whole: true, act: (page) => page.getByRole('heading', { name: 'Keys' }).waitFor() },
  { name: 'lost', path: '/nowhere', act: (page) => page.getByText('There is no such page').waitFor() },
];
