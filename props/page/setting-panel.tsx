/** What completes the world that the check is judged in. */

import { useState } from "preact/hooks";
import { CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Setting } from "../../sim/setting.ts";
import { orderFromText, orderText } from "../../sim/setting.ts";
import { KERNELS } from "../judge/kernels.ts";

interface SettingPanelProps {
  readonly setting: Setting;
  /** Kind of the judged check, which stands in place of the setting's own. */
  readonly judged: RuleKind;
  readonly onSetting: (setting: Setting) => void;
}

const RESIZE: Readonly<Record<Setting["resize"], string>> = {
  any: "at any time",
  "before-bind": "until the first slot is bound",
  never: "never",
};
const RESIZES: readonly Setting["resize"][] = ["any", "before-bind", "never"];

const sameSetting = (a: Setting, b: Setting, judged: RuleKind): boolean =>
  String(a.orders) === String(b.orders) &&
  a.resize === b.resize &&
  (["bind", "map", "level"] as const).every((kind) => kind === judged || a[`${kind}_rule`] === b[`${kind}_rule`]);

/** "4K,2M": ascending, none twice; undefined where it is no list of sizes. */
const readOrders = (text: string): readonly number[] | undefined => {
  const orders = text.split(",").map(orderFromText);
  const known = orders.filter((order) => order !== undefined);
  return known.length < orders.length ? undefined : [...new Set(known)].toSorted((a, b) => a - b);
};

function Orders({ setting, onSetting }: Pick<SettingPanelProps, "setting" | "onSetting">) {
  const [typed, setTyped] = useState<string>();
  const type = (text: string): void => {
    setTyped(text);
    const orders = readOrders(text);
    if (orders !== undefined) onSetting({ ...setting, orders });
  };
  return (
    <label class="row">
      <span>folio sizes</span>
      <input
        class="typed"
        type="text"
        name="orders"
        spellcheck={false}
        autocomplete="off"
        value={typed ?? setting.orders.map(orderText).join(",")}
        aria-invalid={typed !== undefined && readOrders(typed) === undefined}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}

export function SettingPanel({ setting, judged, onSetting }: SettingPanelProps) {
  const kernel = Object.entries(KERNELS).find(([, each]) => sameSetting(each.setting, setting, judged));
  return (
    <details class="setting">
      <summary>
        Setting{" "}
        <span class="num">
          {setting.orders.map(orderText).join(", ")}; resize {setting.resize}
          {kernel === undefined ? "" : `; as ${kernel[0]}`}
        </span>
      </summary>
      <label class="row">
        <span>as in</span>
        <select
          name="kernel"
          value={kernel?.[0] ?? ""}
          onChange={({ currentTarget }) => {
            const chosen = KERNELS[currentTarget.value];
            if (chosen !== undefined) onSetting(chosen.setting);
          }}
        >
          <option value="">choose a kernel or series</option>
          {Object.keys(KERNELS).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Orders setting={setting} onSetting={onSetting} />
      <label class="row">
        <span>may change</span>
        <select
          name="resize"
          value={setting.resize}
          onChange={({ currentTarget }) => {
            const resize = RESIZES.find((each) => each === currentTarget.value);
            if (resize !== undefined) onSetting({ ...setting, resize });
          }}
        >
          {RESIZES.map((each) => (
            <option key={each} value={each}>
              {RESIZE[each]}
            </option>
          ))}
        </select>
      </label>
      {(["bind", "map", "level"] as const)
        .filter((kind) => kind !== judged)
        .map((kind) => (
          <label class="row" key={kind}>
            <span>{kind} rule</span>
            <select
              name={`${kind}_rule`}
              value={setting[`${kind}_rule`]}
              onChange={({ currentTarget }) => onSetting({ ...setting, [`${kind}_rule`]: currentTarget.value })}
            >
              {CATALOGUE.filter((entry) => entry.kind === kind).map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
        ))}
    </details>
  );
}
