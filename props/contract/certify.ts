/** The certificate of a contract's claim: what must be impossible for its verdict to stand, loops summed up. */

import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import type { CertifiedQuery } from "../prove/certificate/certify.ts";
import { certifiedAll } from "../prove/certificate/certify.ts";
import { aboutContract } from "./prove.ts";
import { termsOf } from "./terms.ts";

/** @returns undefined past the solver's limit */
export const certifyContract = (
  contract: Contract,
  claim: ContractClaim,
  verdict: "proved" | "vacuous",
): readonly CertifiedQuery[] | undefined =>
  certifiedAll(
    () => {
      if (verdict === "vacuous") {
        const { terms } = termsOf(contract, contract.premise, "summed up");
        return [{ name: `${claim.name}-requires`, sentence: "what is required is met", term: terms.accepts }];
      }
      const { terms } = termsOf(contract, claim.tree, "summed up");
      const sentence = `${claim.name} does not hold: ${claim.text}`;
      return [{ name: claim.name, sentence, term: terms.refuses }];
    },
    aboutContract(contract, claim),
  );
