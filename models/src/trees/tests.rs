//! Layout and scoring of trees.

use super::*;

fn split(feature: u16, test: Test, missing_right: bool, children: (usize, usize)) -> Branch {
    Branch::Split {
        feature,
        test,
        missing_right,
        children,
    }
}

/// Two levels on two columns, with leaves of different depth.
fn tree() -> Vec<Branch> {
    vec![
        split(0, Test::Below(2.0), false, (1, 2)),
        Branch::Leaf(1.0),
        split(1, Test::Below(5.0), true, (3, 4)),
        Branch::Leaf(10.0),
        Branch::Leaf(100.0),
    ]
}

#[test]
fn a_row_takes_the_branch_that_its_values_say() {
    let trees = Trees::build(&[tree()], 0.5, 2).expect("a tree");
    for (row, want) in [
        ([1.0, 9.0], 1.5),
        ([2.0, 4.9], 10.5),
        ([2.0, 5.0], 100.5),
        ([f32::NAN, 5.0], 1.5),
        ([3.0, f32::NAN], 100.5),
    ] {
        assert_eq!(trees.score(&row), want, "{row:?}");
    }
}

#[test]
fn lanes_do_not_mix_trees() {
    for n in [1, 7, 8, 9, 17] {
        let many: Vec<_> = (0..n).map(|_| tree()).collect();
        let trees = Trees::build(&many, 0.0, 2).expect("trees");
        assert_eq!(trees.score(&[2.0, 4.0]), 10.0 * n as f32);
    }
}

#[test]
fn category_sets_send_members_right() {
    let branches = vec![
        split(0, Test::In(vec![1, 70]), false, (1, 2)),
        Branch::Leaf(-1.0),
        Branch::Leaf(1.0),
    ];
    let trees = Trees::build(&[branches], 0.0, 1).expect("a tree");
    for (code, want) in [
        (0.0, -1.0),
        (1.0, 1.0),
        (70.0, 1.0),
        (71.0, -1.0),
        (500.0, -1.0),
        (-3.0, -1.0),
    ] {
        assert_eq!(trees.score(&[code]), want, "code {code}");
    }
    assert_eq!(trees.score(&[f32::NAN]), -1.0);
}

#[test]
fn infinite_values_are_compared_as_numbers() {
    let trees = Trees::build(&[tree()], 0.0, 2).expect("a tree");
    for (row, want) in [
        ([f32::NEG_INFINITY, 0.0], 1.0),
        ([f32::INFINITY, f32::NEG_INFINITY], 10.0),
        ([f32::INFINITY, f32::INFINITY], 100.0),
    ] {
        assert_eq!(trees.score(&row), want, "{row:?}");
    }
}

#[test]
fn a_row_that_is_too_wide_for_the_layout_is_refused() {
    let leaf = [vec![Branch::Leaf(1.0)]];
    let widest = Trees::build(&leaf, 0.0, MAX_FEATURES).expect("as wide as can be");
    assert_eq!(widest.score(&[0.0; MAX_FEATURES]), 1.0);
    let error = Trees::build(&leaf, 0.0, 128)
        .expect_err("too wide")
        .to_string();
    assert!(error.contains("128 columns; valid: at most 127"), "{error}");
}

#[test]
fn broken_trees_are_refused() {
    let cycle = vec![split(0, Test::Below(0.0), false, (0, 1)), Branch::Leaf(0.0)];
    let outside = vec![split(0, Test::Below(0.0), false, (1, 9)), Branch::Leaf(0.0)];
    let column = vec![
        split(3, Test::Below(0.0), false, (1, 2)),
        Branch::Leaf(0.0),
        Branch::Leaf(0.0),
    ];
    let infinite = vec![Branch::Leaf(f32::INFINITY)];
    for bad in [cycle, outside, column, infinite, vec![]] {
        assert!(
            Trees::build(std::slice::from_ref(&bad), 0.0, 1).is_err(),
            "{bad:?}"
        );
    }
}
