/** Stands in for node:module in the page's bundle, where the grammar is given its bytes and nothing is looked up. */

export const createRequire = (): never => {
  throw new Error("there is no node_modules in a page");
};
