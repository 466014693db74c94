/** Types of browser.mjs for playwright.config.ts. */
export declare function findBrowser(): Promise<string | undefined>;
export declare function sandboxWorks(path: string): boolean;
