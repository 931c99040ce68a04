import { defineConfig } from '@playwright/test';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const CLOCK = 'clock.spec.ts';
const WITHOUT_SCRIPT = [
  'main-job.spec.ts', 'reject.spec.ts', 'disputes.spec.ts', 'marketplace.spec.ts', 'team.spec.ts', 'bank.spec.ts', 'projects.spec.ts',
  'shop.spec.ts', 'developers.spec.ts', 'collections.spec.ts', 'errors.spec.ts',
];
const withoutScript = { javaScriptEnabled: false };

/** The server is started by `cargo xtask test`; HOLDFAST_BASE_URL says where. */
export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  // A broken build should not spend an hour in time-outs.
  maxFailures: 8,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    // An action that can never be done is told with its name, long before the whole test is over its time.
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    baseURL: process.env.HOLDFAST_BASE_URL ?? 'http://127.0.0.1:3000',
    // Cross-page transitions would be caught half-way by screenshots and axe.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace costs a third of the time, and CI keeps no files to look at.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
    },
  },
  projects: [
    { name: 'desktop', use: desktop, testIgnore: CLOCK },
    { name: 'phone', use: phone, testIgnore: CLOCK },
    { name: 'phone-no-script', use: { ...phone, ...withoutScript }, testMatch: WITHOUT_SCRIPT },
    // Moving the sandbox's clock ends everybody's orders, so these run one by one when nobody else is there.
    { name: 'clock-desktop', use: desktop, testMatch: CLOCK, dependencies: ['desktop', 'phone', 'phone-no-script'] },
    { name: 'clock-phone-no-script', use: { ...phone, ...withoutScript }, testMatch: CLOCK, dependencies: ['clock-desktop'] },
  ],
});
