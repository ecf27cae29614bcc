// Words of the page in Vietnamese and English, and the ways in which each language writes money and numbers.

const WORDS = {
  vi: {
    page_title: "giaxe · Định giá xe cũ",
    skip: "Đến biểu mẫu",
    skip_chat: "Đến trợ lý",
    synthetic_short: "Dữ liệu mô phỏng (synthetic)",
    synthetic_long: "Mô hình này học từ xe được tạo ra, không phải tin rao thật: giá chỉ để minh họa.",
    synthetic_partly: "Một phần dữ liệu học là xe được tạo ra, không phải tin rao thật.",
    title: "Xe của bạn đang được rao bao nhiêu?",
    lead: "Giá rao ước tính, kèm khoảng giá riêng cho chiếc xe này.",
    brand: "Hãng xe",
    model: "Dòng xe",
    year: "Năm sản xuất",
    mileage_km: "Số km đã đi",
    version: "Phiên bản",
    transmission: "Hộp số",
    fuel: "Nhiên liệu",
    location: "Tỉnh thành",
    source: "Trang rao",
    optional: "không bắt buộc",
    unknown: "Không rõ",
    automatic: "Số tự động",
    manual: "Số sàn",
    semi_automatic: "Bán tự động",
    petrol: "Xăng",
    diesel: "Dầu",
    hybrid: "Hybrid",
    electric: "Điện",
    submit: "Định giá",
    busy: "Đang tính…",
    empty: "Điền bốn ô đầu rồi bấm Định giá. Khoảng giá sẽ hiện ở đây.",
    result_title: "Giá rao ước tính",
    not_valued_title: "Chưa thể định giá",
    not_valued: "Không đủ cơ sở để đưa ra một con số cho xe này.",
    confidence: "Độ tin cậy",
    confidence_high: "Cao (>80%)",
    confidence_medium: "Trung bình (60-80%)",
    confidence_low: "Thấp (<60%)",
    mae: "mô hình lệch trung bình {amount}",
    sub: "8 trên 10 xe như thế này được rao từ {low} đến {high}",
    range_text: "Khoảng giá: {parts}. Ước tính {price}.",
    range_part: "{level} xe trong khoảng {low} – {high}",
    range_caption: "Tỉ lệ xe có giá rao nằm trong khoảng. Đo trên {n} xe chưa từng thấy: {coverage}.",
    model_line: "Mô hình {version} · {family} · dữ liệu đến {until} · giá rao",
    basis: "Đây là giá người bán rao, không phải giá chốt. Khoảng giá được kiểm chứng trên những xe mà mô hình chưa từng thấy.",
    docs: "Tài liệu API",
    health: "Trạng thái",
    unknown_model: "Chưa biết dòng xe “{value}” của hãng này: ước tính dựa vào những gì đã biết, khoảng giá rộng hơn.",
    unknown_make: "Chưa biết hãng “{value}”.",
    no_ground: "Mô hình chưa thấy xe nào của hãng {value}.",
    unknown_source: "Mô hình chưa học từ trang “{value}”.",
    year_ahead: "Đời xe {value} còn ở tương lai: giá là suy đoán từ các đời gần nhất.",
    mileage_out_of_range: "{value} km vượt quá những gì có thể tin được (tối đa 1.000.000 km).",
    other_warning: "{field}: “{value}”",
    did_you_mean: "Ý bạn là",
    required: "Cần điền ô này.",
    year_range: "Năm từ 1990 đến 2030.",
    number_wanted: "Cần một số nguyên không âm.",
    check_fields: "Xem lại các ô được đánh dấu.",
    no_model: "Dịch vụ chưa có mô hình. Hãy thử lại sau ít phút.",
    offline: "Không kết nối được tới dịch vụ. Hãy thử lại.",
    failed: "Dịch vụ gặp lỗi (mã yêu cầu {id}).",
    view_value: "Định giá",
    view_chat: "Hỏi trợ lý",
    chat_title: "Hỏi trợ lý",
    chat_lead: "Mua bán, giấy tờ, trả góp, định giá, tìm xe.",
    chat_log: "Cuộc trò chuyện",
    chat_input: "Câu hỏi của bạn",
    chat_placeholder: "Nhập câu hỏi…",
    chat_keys: "Enter để gửi, Shift+Enter để xuống dòng.",
    chat_send: "Gửi",
    chat_stop: "Dừng",
    chat_new: "Cuộc trò chuyện mới",
    chat_welcome: "Chào bạn! Mình trả lời câu hỏi về mua bán xe, định giá xe và tìm xe giúp bạn. Câu trả lời luôn kèm nguồn, giá xe lấy từ mô hình định giá của giaxe.",
    chat_opener_value: "Định giá Toyota Vios 2019 đi 45.000 km",
    chat_opener_faq: "Đặt cọc an toàn hoạt động thế nào?",
    chat_opener_search: "Tìm SUV 7 chỗ dưới 800 triệu",
    chat_you: "Bạn hỏi:",
    chat_assistant: "Trợ lý trả lời:",
    chat_thinking: "Đang tìm câu trả lời…",
    chat_reading: "Đang đọc các mục hỏi đáp…",
    chat_origin_faq: "Nguyên văn mục hỏi đáp",
    chat_origin_llm: "Mô hình ngôn ngữ viết từ các nguồn dưới đây",
    chat_sources: "Nguồn",
    chat_source: "Nguồn {n}: {question}",
    chat_next: "Hỏi tiếp",
    chat_nearest: "Có thể bạn muốn hỏi",
    chat_elsewhere: "Trên sàn giaxe: {labels}",
    chat_to_form: "Đưa vào biểu mẫu định giá",
    chat_offers: "Tin đăng",
    chat_helpful_ask: "Bạn thấy",
    chat_helpful: "Có ích",
    chat_not_helpful: "Chưa có ích",
    chat_thanks: "Cảm ơn bạn!",
    chat_feedback_failed: "Chưa gửi được. Hãy thử lại.",
    chat_offline: "Không kết nối được tới trợ lý. Bạn kiểm tra mạng rồi thử lại nhé.",
    chat_cut: "Kết nối bị ngắt nên câu trả lời chưa trọn vẹn.",
    chat_stopped: "Đã dừng.",
    chat_busy: "Hiện có quá nhiều câu hỏi cùng lúc. Bạn thử lại sau ít giây nhé.",
    chat_unavailable: "Trợ lý hiện chưa sẵn sàng. Bạn thử lại sau ít phút nhé.",
    chat_invalid: "Mình không đọc được câu hỏi này. Bạn viết ngắn hơn hoặc theo cách khác nhé.",
    chat_failed: "Trợ lý gặp lỗi (mã yêu cầu {id}). Bạn thử lại nhé.",
    chat_retry: "Thử lại",
  },
  en: {
    page_title: "giaxe · Used-car prices in Vietnam",
    skip: "Go to the form",
    skip_chat: "Go to the assistant",
    synthetic_short: "Synthetic data (dữ liệu mô phỏng)",
    synthetic_long: "This model learnt from generated cars, not from real listings: prices are for show only.",
    synthetic_partly: "Part of what the model learnt from is generated cars, not real listings.",
    title: "What are cars like yours offered for?",
    lead: "An estimated asking price, with a range of this car’s own.",
    brand: "Make",
    model: "Model",
    year: "Model year",
    mileage_km: "Kilometres driven",
    version: "Version",
    transmission: "Gearbox",
    fuel: "Fuel",
    location: "Province",
    source: "Site",
    optional: "optional",
    unknown: "Not known",
    automatic: "Automatic",
    manual: "Manual",
    semi_automatic: "Semi-automatic",
    petrol: "Petrol",
    diesel: "Diesel",
    hybrid: "Hybrid",
    electric: "Electric",
    submit: "Value this car",
    busy: "Working…",
    empty: "Fill in the first four fields and press Value this car. The range appears here.",
    result_title: "Estimated asking price",
    not_valued_title: "No price yet",
    not_valued: "There is no ground to put a number on this car.",
    confidence: "Confidence",
    confidence_high: "High (>80%)",
    confidence_medium: "Medium (60–80%)",
    confidence_low: "Low (<60%)",
    mae: "the model is off by {amount} on average",
    sub: "8 in 10 cars like this are offered for {low} to {high}",
    range_text: "Price ranges: {parts}. Estimate {price}.",
    range_part: "{level} of cars within {low} – {high}",
    range_caption: "Share of cars whose asking price lies within. Measured on {n} unseen cars: {coverage}.",
    model_line: "Model {version} · {family} · data until {until} · asking price",
    basis: "This is what sellers ask, not what buyers end up paying. The ranges were checked on cars that the model had never seen.",
    docs: "API documents",
    health: "Health",
    unknown_model: "The model “{value}” of this make is not known: the estimate rests on what is, and the range is wider.",
    unknown_make: "The make “{value}” is not known.",
    no_ground: "The model has not seen any car of {value}.",
    unknown_source: "The model has not learnt from the site “{value}”.",
    year_ahead: "The year {value} lies ahead: the price is inferred from the latest years.",
    mileage_out_of_range: "{value} km is beyond belief (at most 1,000,000 km).",
    other_warning: "{field}: “{value}”",
    did_you_mean: "Did you mean",
    required: "This field is needed.",
    year_range: "A year from 1990 to 2030.",
    number_wanted: "A whole number, zero or more.",
    check_fields: "Please look at the marked fields.",
    no_model: "The service has no model yet. Try again in a few minutes.",
    offline: "The service cannot be reached. Try again.",
    failed: "The service failed (request id {id}).",
    view_value: "Value a car",
    view_chat: "Ask the assistant",
    chat_title: "Ask the assistant",
    chat_lead: "Buying, selling, papers, instalments, prices, listings.",
    chat_log: "Conversation",
    chat_input: "Your question",
    chat_placeholder: "Type a question…",
    chat_keys: "Enter sends, Shift+Enter begins a new line.",
    chat_send: "Send",
    chat_stop: "Stop",
    chat_new: "New conversation",
    chat_welcome: "Hello! I answer questions about buying and selling cars, value your car and search listings. Answers name their sources, and prices come from giaxe’s own model.",
    chat_opener_value: "What is a 2019 Toyota Vios with 45,000 km worth?",
    chat_opener_faq: "How does the safe deposit work?",
    chat_opener_search: "Find a 7-seat SUV under 800 million",
    chat_you: "You asked:",
    chat_assistant: "The assistant answers:",
    chat_thinking: "Looking for an answer…",
    chat_reading: "Reading the help entries…",
    chat_origin_faq: "The help entry word for word",
    chat_origin_llm: "Written by a language model from the sources below",
    chat_sources: "Sources",
    chat_source: "Source {n}: {question}",
    chat_next: "Ask next",
    chat_nearest: "You may want to ask",
    chat_elsewhere: "On the giaxe marketplace: {labels}",
    chat_to_form: "Put into the valuation form",
    chat_offers: "Listings",
    chat_helpful_ask: "Did this help?",
    chat_helpful: "Helpful",
    chat_not_helpful: "Not helpful",
    chat_thanks: "Thank you!",
    chat_feedback_failed: "Not sent. Please try again.",
    chat_offline: "The assistant cannot be reached. Check your connection and try again.",
    chat_cut: "The connection broke, so this answer is not complete.",
    chat_stopped: "Stopped.",
    chat_busy: "Too many questions are being asked at once. Try again in a few seconds.",
    chat_unavailable: "The assistant is not ready. Try again in a few minutes.",
    chat_invalid: "I cannot read this question. Please make it shorter or put it another way.",
    chat_failed: "The assistant failed (request id {id}). Please try again.",
    chat_retry: "Try again",
  },
};

// Families are names of methods, the same for both languages but for their wording.
const FAMILIES = {
  vi: { baseline: "trung vị", ridge: "hồi quy ridge", random_forest: "rừng ngẫu nhiên", gradient_boosting: "cây tăng cường", blend: "kết hợp các mô hình" },
  en: { baseline: "median", ridge: "ridge", random_forest: "random forest", gradient_boosting: "gradient boosting", blend: "blend of models" },
};

// The service says it in Vietnamese; the start of it is the level.
const CONFIDENCE = { Cao: "confidence_high", "Trung bình": "confidence_medium", Thấp: "confidence_low" };

export const PROVINCES = [
  "Hà Nội", "TP Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế", "An Giang", "Bà Rịa Vũng Tàu", "Bắc Giang",
  "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định", "Bình Dương", "Bình Phước", "Bình Thuận", "Cà Mau",
  "Cao Bằng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Tĩnh",
  "Hải Dương", "Hậu Giang", "Hòa Bình", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu", "Lâm Đồng",
  "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên",
  "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh", "Thái Bình",
  "Thái Nguyên", "Thanh Hóa", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái",
];

const REMEMBERED = "giaxe.language";
let language = "vi";
try {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered in WORDS) language = remembered;
} catch {
  // Storage may be forbidden: the page then begins in Vietnamese each time.
}

export function currentLanguage() {
  return language;
}

export function setLanguage(next) {
  language = next;
  try {
    localStorage.setItem(REMEMBERED, next);
  } catch {
    // Not remembered, as above.
  }
}

/** The words for `key`, with `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  const words = WORDS[language][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function hasWords(key) {
  return key in WORDS[language];
}

export function family(name) {
  return FAMILIES[language][name] ?? name;
}

/** The level of confidence as a key of words; none where it is not known. */
export function confidenceKey(level) {
  return Object.entries(CONFIDENCE).find(([start]) => level.startsWith(start))?.[1];
}

/** 1 tỷ 250 triệu, 1.25 billion ₫: how people say an amount of whole millions. */
export function money(vnd) {
  const millions = Math.round(vnd / 1e6);
  if (language === "en") {
    return millions >= 1000
      ? `₫${number(millions / 1000, 3)} billion`
      : `₫${number(millions)} million`;
  }
  const billions = Math.floor(millions / 1000);
  const rest = millions % 1000;
  if (!billions) return `${number(millions)} triệu`;
  return rest ? `${number(billions)} tỷ ${rest} triệu` : `${number(billions)} tỷ`;
}

export function number(value, digits = 0) {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits });
}

export function percent(share, digits = 0) {
  return `${number(share * 100, digits)}%`;
}

export function day(iso) {
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  const style = { day: "numeric", month: language === "vi" ? "numeric" : "short", year: "numeric", timeZone: "UTC" };
  return date.toLocaleDateString(language === "vi" ? "vi-VN" : "en-GB", style);
}
