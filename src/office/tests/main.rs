//! People, passwords, sessions and their trail, on files.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

use fireplan_office::{ALL_AREAS, Action, Office, OfficeError, OfficeRole, may};
use fireplan_store::audit;

const PASSWORD: &str = "消防规划2035";

#[test]
fn people_come_get_roles_and_passwords_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::of_projects(folder.path());
    assert!(!office.has_people().unwrap());
    assert!(matches!(office.remove_person("王工", "IT"), Err(OfficeError::Nobody(_))));
    assert!(!office.path().exists(), "looking leaves no trace");
    office.add_person("王工", Some(PASSWORD), ("qinglan", OfficeRole::Editor), "IT").unwrap();
    office.add_person("李工", None, (ALL_AREAS, OfficeRole::Viewer), "IT").unwrap();
    assert!(matches!(
        office.add_person("王工", None, (ALL_AREAS, OfficeRole::Viewer), "IT"),
        Err(OfficeError::TakenName(_))
    ));
    for bad in ["", " 王", "a:b", "*", "x\ny", &"长".repeat(61)] {
        assert!(matches!(office.add_person(bad, None, (ALL_AREAS, OfficeRole::Viewer), ""), Err(OfficeError::BadName)));
    }
    let token = office.sign_in("王工", PASSWORD, "10.0.0.7").unwrap();
    assert_eq!(office.find_session(&token).unwrap().unwrap().name, "王工");

    // Another program, at the same time.
    let other = Office::of_projects(folder.path());
    let person = other.find_session(&token).unwrap().unwrap();
    assert!(may(Some(&person), Action::Edit, "qinglan") && !may(Some(&person), Action::View, "other"));
    other.set_role("王工", ALL_AREAS, Some(OfficeRole::Viewer), "IT").unwrap();
    other.set_role("王工", "qinglan", None, "IT").unwrap();
    other.set_password("王工", "another 2036", "IT").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(office.find_session(&token).unwrap(), None, "another password ends the sessions");
    assert!(matches!(office.sign_in("王工", PASSWORD, ""), Err(OfficeError::WrongPassword)));
    let person = office.check_person("王工", "another 2036", "").unwrap();
    assert!(may(Some(&person), Action::View, "other") && !may(Some(&person), Action::Edit, "qinglan"));
    let listed: Vec<(String, bool)> =
        office.list_people().unwrap().into_iter().map(|one| (one.person.name, one.has_password)).collect();
    assert_eq!(listed, [("李工".to_owned(), false), ("王工".to_owned(), true)]);
    let token = office.sign_in("王工", "another 2036", "").unwrap();
    office.sign_out(&token).unwrap();
    assert_eq!(office.find_session(&token).unwrap(), None);
    office.remove_person("王工", "IT").unwrap();
    assert!(matches!(office.check_person("王工", "another 2036", ""), Err(OfficeError::WrongPassword)));
}

#[test]
fn who_guesses_waits() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::of_projects(folder.path());
    office.add_person("王工", Some(PASSWORD), (ALL_AREAS, OfficeRole::Manager), "").unwrap();
    let mut waited = false;
    for at in 0..8 {
        waited |=
            matches!(office.sign_in("王工", &format!("guess {at}!"), "10.0.0.7"), Err(OfficeError::TooManyAttempts(_)));
    }
    assert!(waited);
    assert!(matches!(office.sign_in("王工", PASSWORD, "10.0.0.8"), Err(OfficeError::TooManyAttempts(_))));
    let failed = office.list_trail(0, 100).unwrap().into_iter().filter(|row| row.action == "signInFailed").count();
    assert_eq!(failed, 6, "those that were looked at are in the trail");
}

#[test]
fn the_trail_tells_who_did_what_and_that_somebody_changed_it() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::of_projects(folder.path());
    office.add_person("王工", Some(PASSWORD), (ALL_AREAS, OfficeRole::Manager), "IT").unwrap();
    office.set_role("王工", "a", Some(OfficeRole::Viewer), "IT").unwrap();
    office.remove_person("王工", "IT").unwrap();
    let rows = office.list_trail(0, 100).unwrap();
    let told: Vec<(&str, &str, &str)> =
        rows.iter().map(|row| (row.person.as_str(), row.action.as_str(), row.detail.as_str())).collect();
    assert_eq!(told, [("IT", "addPerson", "manage *"), ("IT", "setRole", "view a"), ("IT", "removePerson", "")]);
    assert_eq!(audit::verify(&rows).broken, None);
    assert!(!format!("{rows:?}").contains(PASSWORD));

    let connection = rusqlite::Connection::open(office.path()).unwrap();
    for sql in ["UPDATE audit SET person = 'x' WHERE number = 1", "DELETE FROM audit WHERE number = 2"] {
        let error = connection.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("rows of the trail"), "{error}");
    }
    // Whoever takes the triggers away still leaves a trace.
    connection
        .execute_batch("DROP TRIGGER audit_is_not_changed; UPDATE audit SET person = 'x' WHERE number = 2")
        .unwrap();
    assert_eq!(audit::verify(&office.list_trail(0, 100).unwrap()).broken, Some(2));
}

#[test]
fn a_file_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("office.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    let error = Office::at(path).has_people().unwrap_err();
    assert!(matches!(error, OfficeError::NoOffice(_)), "{error}");
    let nowhere = Office::at(folder.path().join("no/such/office.sqlite"));
    let error = nowhere.add_person("王工", None, (ALL_AREAS, OfficeRole::Viewer), "").unwrap_err();
    assert!(matches!(error, OfficeError::Unwritable { .. }), "{error}");
}
