import { PASSWORD, expect, followMail, signIn, signUp, test } from '../fixtures/people';

test('a forgotten password is set by mail and signs everybody out', async ({ open }) => {
  const [page, other] = [await open(), await open()];
  const email = await signUp(page, 'buyer');
  await other.goto('/forgot-password');
  await other.getByLabel('E-mail').fill(email);
  await other.getByRole('button', { name: 'Send the link' }).click();
  await followMail(other, email, /password/i);
  await other.getByLabel('New password').fill('copper-lantern-owl-9');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await signIn(other, email, 'copper-lantern-owl-9');
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('another browser is seen and can be signed out', async ({ open }) => {
  const [page, other] = [await open(), await open()];
  const email = await signUp(page, 'buyer');
  await signIn(other, email, PASSWORD);
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await other.goto('/settings');
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('the chosen theme stays', async ({ open }) => {
  const page = await open();
  await page.goto('/');
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.goto('/help');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
