// Takes the README's pictures from a seeded demo: node tools/screenshots.mjs <base url> <seed.json> [folder]
import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [base, seedFile, folder = 'screenshots'] = process.argv.slice(2);
const seed = JSON.parse(readFileSync(seedFile, 'utf8'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
});
const page = async (width, height, colorScheme) => {
  const context = await browser.newContext({ baseURL: base, viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  return context.newPage();
};
const phone = await page(360, 740, 'light');
await phone.goto(seed.links[0].url);
await phone.screenshot({ path: `${folder}/order-phone.png` });

const desktop = await page(1280, 860, 'light');
await desktop.goto('/sign-in');
await desktop.getByLabel('E-mail').fill('amaka.foods@example.test');
await desktop.getByLabel('Password').fill(seed.accounts[0].password);
await desktop.getByRole('button', { name: 'Sign in' }).click();
await desktop.goto('/home');
await desktop.screenshot({ path: `${folder}/home-desktop.png` });
await desktop.goto('/orders');
await desktop.screenshot({ path: `${folder}/orders-desktop.png` });
await desktop.goto('/projects');
await desktop.getByRole('link', { name: 'Wedding catering' }).click();
await desktop.screenshot({ path: `${folder}/project-desktop.png` });
await browser.close();
