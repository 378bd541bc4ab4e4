// How are names written on the map? MapLibre 5.24 draws a glyph twice as far right as its ink starts, which cuts off
// the opening brackets of Chinese, whose ink is all in the right half. On the map they become narrow ones; lists and
// popups keep the name as it is.

const NARROW = { "（": " (", "）": ") ", "【": " [", "】": "] ", "〔": " [", "〕": "] ", "［": " [", "］": "] ", "《": "«", "》": "»", "〈": "‹", "〉": "›", "「": "‘", "」": "’", "『": "‘", "』": "’" };

export const mapName = (name) => name.replace(/[（）【】〔〕［］《》〈〉「」『』]/gu, (bracket) => NARROW[bracket]).trim();
