/** What is wrong with an option's text, said by who reads it. */

import { UsageError } from "./io.ts";

/** @returns a UsageError with what a RangeError says; any other error as it is */
export const asUsage = (error: unknown): unknown =>
  error instanceof RangeError ? new UsageError(error.message) : error;
