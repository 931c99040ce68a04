import { expect, signIn, signUp, test } from '../fixtures/people';

test('typing reaches WebAssembly: the quote appears while the price is typed', async ({ open }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  await page.goto('/orders/new');
  await expect(async () => {
    await page.getByLabel('Amount').fill('12,500');
    await expect(page.getByText('The buyer pays ₦13,000.00')).toBeVisible({ timeout: 500 });
  }).toPass();
});

test('the keyboard alone reaches the decision', async ({ open }) => {
  const page = await open();
  await signIn(page, 'chidi.buyer@example.test');
  await page.getByRole('link', { name: /Accept or reject the delivery/ }).first().click();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  const accept = page.getByRole('link', { name: 'Accept', exact: true });
  for (let presses = 0; presses < 40 && !(await accept.evaluate((link) => link === document.activeElement)); presses++) {
    await page.keyboard.press('Tab');
  }
  await expect(accept).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Accept and release the money?');
});
