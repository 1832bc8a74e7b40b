//! The same statement in other words.

use super::Tree;

/// A tree that says the same by the rules of comparison, but is not written the same.
pub(super) fn reworded(statement: &Tree, seed: u64) -> Tree {
    let mut dice = Dice(seed | 1);
    let mut tree = statement.clone();
    core(&mut tree, &mut dice);
    tree.set("id", Tree::text("c0ffee00-1234-4678-9234-567812345678"));
    tree.set("stored", Tree::text("2001-02-03T04:05:06Z"));
    tree.set("version", Tree::text("1.0.2"));
    tree.remove("authority");
    tree
}

/// Numbers from a seed, so that proptest's own randomness stays in one place.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

fn core(statement: &mut Tree, dice: &mut Dice) {
    let Some(members) = statement.members_mut() else {
        return;
    };
    dice.shuffle(members);
    for (name, value) in members {
        match name.as_str() {
            "actor" => actor(value, dice),
            "verb" => {
                value.set("display", Tree::object([("tlh", Some(Tree::text("ghoj")))]));
            }
            "object" => object(value, dice),
            "result" => result(value, dice),
            "context" => context(value, dice),
            "attachments" => attachments(value, dice),
            _ => {}
        }
    }
}

fn object(object: &mut Tree, dice: &mut Dice) {
    match object.get("objectType").cloned() {
        Some(Tree::Text(kind)) if kind == "SubStatement" => core(object, dice),
        Some(Tree::Text(kind)) if kind == "Agent" || kind == "Group" => actor(object, dice),
        Some(Tree::Text(kind)) if kind == "StatementRef" => {}
        _ => activity(object),
    }
}

fn activity(activity: &mut Tree) {
    activity.set("objectType", Tree::text("Activity"));
    activity.set(
        "definition",
        Tree::object([("moreInfo", Some(Tree::text("https://example.com/more")))]),
    );
}

fn actor(actor: &mut Tree, dice: &mut Dice) {
    if actor.get("objectType").is_none() {
        actor.set("objectType", Tree::text("Agent"));
    }
    for (name, lower) in [("mbox", "mailto:"), ("mbox_sha1sum", "")] {
        if let Some(Tree::Text(text)) = actor.get_mut(name) {
            *text = match text.split_once('@') {
                Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
                None => format!("{lower}{}", text.to_lowercase()),
            };
        }
    }
    if let Some(Tree::Array(members)) = actor.get_mut("member") {
        members.iter_mut().for_each(|member| self::actor(member, dice));
        dice.shuffle(members);
    }
    if let Some(members) = actor.members_mut() {
        dice.shuffle(members);
    }
}

fn result(result: &mut Tree, dice: &mut Dice) {
    for (_, number) in result
        .get_mut("score")
        .and_then(Tree::members_mut)
        .into_iter()
        .flatten()
    {
        *number = other_notation(number);
    }
    extensions(result, dice);
    if let Some(members) = result.members_mut() {
        dice.shuffle(members);
    }
}

fn context(context: &mut Tree, dice: &mut Dice) {
    for name in ["instructor", "team"] {
        if let Some(who) = context.get_mut(name) {
            actor(who, dice);
        }
    }
    for name in ["registration", "language"] {
        if let Some(Tree::Text(text)) = context.get_mut(name) {
            *text = text.to_lowercase();
        }
    }
    for (_, kind) in context
        .get_mut("contextActivities")
        .and_then(Tree::members_mut)
        .into_iter()
        .flatten()
    {
        match kind {
            Tree::Array(list) => {
                list.iter_mut().for_each(activity);
                dice.shuffle(list);
            }
            single => {
                activity(single);
                *single = Tree::Array(vec![single.clone()]);
            }
        }
    }
    extensions(context, dice);
    if let Some(members) = context.members_mut() {
        dice.shuffle(members);
    }
}

fn attachments(attachments: &mut Tree, dice: &mut Dice) {
    if let Tree::Array(list) = attachments {
        for members in list.iter_mut().filter_map(Tree::members_mut) {
            dice.shuffle(members);
        }
        dice.shuffle(list);
    }
}

fn extensions(owner: &mut Tree, dice: &mut Dice) {
    if let Some(extensions) = owner.get_mut("extensions") {
        any_json(extensions, dice);
    }
}

fn any_json(json: &mut Tree, dice: &mut Dice) {
    match json {
        Tree::Raw(_) => *json = other_notation(json),
        Tree::Text(_) => {}
        Tree::Array(elements) => elements.iter_mut().for_each(|element| any_json(element, dice)),
        Tree::Object(members) => {
            members.iter_mut().for_each(|(_, value)| any_json(value, dice));
            dice.shuffle(members);
        }
    }
}

/// The same number with an exponent it did not have, or with another zero.
fn other_notation(number: &Tree) -> Tree {
    match number {
        Tree::Raw(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            let written = if text.contains(['e', 'E']) {
                let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
                let mantissa = if mantissa.contains('.') {
                    format!("{mantissa}0")
                } else {
                    format!("{mantissa}.0")
                };
                format!("{mantissa}E{exponent}")
            } else if text.contains('.') {
                format!("{text}00")
            } else {
                format!("{text}0e-1")
            };
            // "0" with a digit behind it is no JSON number.
            if matches!(text.as_str(), "0" | "-0") {
                Tree::Raw("0.0e7".to_owned())
            } else {
                Tree::Raw(written)
            }
        }
        other => other.clone(),
    }
}
